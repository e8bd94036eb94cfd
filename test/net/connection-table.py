"""Fills the connection tracking table of this network namespace to its limit with connections that last, or empties it.

Usage: connection-table.py fill|empty. Speaks ctnetlink (linux/netfilter/nfnetlink_conntrack.h), because packets alone
fill no table: the kernel drops entries without an answer early where it needs room.
"""

import socket
import struct
import sys

NETLINK_NETFILTER = 12
CT_NEW, CT_DELETE = 0x100, 0x102  # NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_NEW and _DELETE
REQUEST, ACK, CREATE = 0x1, 0x4, 0x400
NESTED = 0x8000
LASTING = 0x2 | 0x4 | 0x8  # IPS_SEEN_REPLY, IPS_ASSURED, IPS_CONFIRMED
PORTS = 60000


def attribute(kind, data, flag=0):
    return struct.pack("=HH", 4 + len(data), kind | flag) + data + b"\0" * (-len(data) % 4)


def tuple_of(kind, source, target, source_port, target_port):
    address = attribute(1, attribute(1, source) + attribute(2, target), NESTED)
    ports = attribute(2, struct.pack("!H", source_port)) + attribute(3, struct.pack("!H", target_port))
    protocol = attribute(2, attribute(1, bytes([socket.IPPROTO_UDP])) + ports, NESTED)
    return attribute(kind, address + protocol, NESTED)


def message(kind, flags, body=b""):
    head = struct.pack("=BBH", socket.AF_INET, 0, 0)
    return struct.pack("=IHHII", 20 + len(body), kind, flags, 1, 0) + head + body


def entry(number):
    source = socket.inet_aton("192.0.2.%d" % (1 + number // PORTS))
    target = socket.inet_aton("198.51.100.1")
    port = 1024 + number % PORTS
    there, back = tuple_of(1, source, target, port, 9), tuple_of(2, target, source, 9, port)
    return there + back + attribute(3, struct.pack("!I", LASTING)) + attribute(7, struct.pack("!I", 3600))


def acknowledged(netlink, what):
    netlink.send(what)
    error = struct.unpack("=i", netlink.recv(4096)[16:20])[0]
    if error != 0:
        sys.exit("ctnetlink says %d" % error)


netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
netlink.bind((0, 0))
if sys.argv[1] == "empty":
    acknowledged(netlink, message(CT_DELETE, REQUEST | ACK))
else:
    limit = int(open("/proc/sys/net/netfilter/nf_conntrack_max").read())
    acknowledged(netlink, message(CT_NEW, REQUEST | ACK | CREATE, entry(0)))
    batch = b""
    for number in range(1, limit):
        batch += message(CT_NEW, REQUEST | CREATE, entry(number))
        if len(batch) > 30000 or number == limit - 1:
            netlink.send(batch)
            batch = b""
