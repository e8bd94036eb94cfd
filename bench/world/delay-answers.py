"""Moves packets from the TUN device `late-out` to the TUN device `late-in`, each after a fixed delay.

The caller moves `late-out` into the network whose answers are to be late (tun(4) keeps working across namespaces).
The devices vanish when this program ends. Python, because Node has no ioctl.
"""

import fcntl
import os
import select
import struct
import sys
import time
from collections import deque

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
LARGEST_PACKET = 2048
MOST_READS = 256


def open_tun(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


def main():
    delay = float(sys.argv[1]) / 1000
    source, sink = open_tun("late-out"), open_tun("late-in")
    arrivals = select.poll()
    arrivals.register(source, select.POLLIN)
    waiting = deque()
    print("ready", flush=True)
    while True:
        left = waiting[0][0] - time.monotonic() if waiting else 3600
        if left > 0:
            arrivals.poll(left * 1000)
        try:
            for _ in range(MOST_READS):
                packet = os.read(source, LARGEST_PACKET)
                waiting.append((time.monotonic() + delay, packet))
        except BlockingIOError:
            pass
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            os.write(sink, waiting.popleft()[1])


main()
