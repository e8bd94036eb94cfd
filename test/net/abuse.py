"""What strangers may do to a responder. Arguments: what, address, port, and for floods how many."""
import os, random, socket, struct, sys, time

what, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
count = int(sys.argv[4]) if len(sys.argv) > 4 else 0
LENGTH, WORD = 118, b"portmatrix "


def well_formed():
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return WORD + bytes(alphabet[byte & 63] for byte in os.urandom(LENGTH - len(WORD) - 1)) + b"\n"


if what == "junk":  # half of it has the right form and no right code
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    form = well_formed()
    for at in range(count):
        sock.sendto(form if at % 2 else os.urandom(random.randrange(0, 1200)), (address, port))
        if at % 500 == 0:
            time.sleep(0.002)
elif what == "spoof":  # raw, as from all the world
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    for at in range(count):
        data = well_formed()
        source = struct.pack("!BBBB", 10, 213, 1, 10 + at % 240)
        udp = struct.pack("!HHHH", 1024 + at % 60000, port, 8 + len(data), 0) + data
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, source, socket.inet_aton(address))
        sock.sendto(head + udp, (address, 0))
elif what == "idle":  # connections that say nothing, opened as fast as they come
    held = []
    for at in range(count):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.connect_ex((address, port))
        held.append(sock)
        if len(held) > 800:
            held.pop(0).close()
        if at % 20 == 0:
            time.sleep(0.002)
elif what == "slow":  # a byte now and then
    socks = [socket.create_connection((address, port)) for _ in range(50)]
    since = time.time()
    while time.time() - since < count / 1000:
        for sock in socks[:]:
            try:
                sock.send(WORD[:1])
            except OSError:
                socks.remove(sock)
        time.sleep(0.3)
print("done", flush=True)
