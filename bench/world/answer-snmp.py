"""Answers SNMP on UDP port 161 of every address of this network, from the address that was asked.

A GET of version 1 or 2c for three objects gets sysDescr.0, sysObjectID.0 and sysUpTime.0 (RFC 3416, RFC 3418).
Anything else, such as nmap's probe, gets its own bytes back. Python, because Node cannot choose the source address of
a datagram (IP_PKTINFO, ip(7)).
"""

import socket
import struct

IP_PKTINFO = 8
SO_RCVBUFFORCE = 33
GET, RESPONSE = 0xA0, 0xA2


def tlv(tag, content):
    return bytes([tag, len(content)]) + content


def variable(last_arc, value):
    return tlv(0x30, tlv(6, bytes([0x2B, 6, 1, 2, 1, 1, last_arc, 0])) + value)


VARIABLES = tlv(
    0x30,
    variable(1, tlv(4, b"portmatrix bench"))
    + variable(2, tlv(6, bytes([0x2B, 6, 1, 4, 1, 0xBF, 0x08, 3, 2, 10])))
    + variable(3, tlv(0x43, struct.pack(">I", 4711))),
)
TAIL = bytes([2, 1, 0, 2, 1, 0]) + VARIABLES


def answer_to(request):
    """The response to a GET with lengths under 128, which is what a short community gives; else the request itself."""
    if len(request) < 16 or request[0] != 0x30 or request[2:4] != b"\x02\x01" or request[4] > 1:
        return request
    pdu = 7 + request[6]
    if request[pdu] != GET or request[1] & 0x80:
        return request
    request_id = request[pdu + 2 : pdu + 4 + request[pdu + 3]]
    return tlv(0x30, request[2:pdu] + tlv(RESPONSE, request_id + TAIL))


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
    server.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    server.bind(("0.0.0.0", 161))
    print("ready", flush=True)
    while True:
        request, ancillary, _flags, client = server.recvmsg(2048, 64)
        asked = ancillary[0][2][8:12]
        source = (socket.IPPROTO_IP, IP_PKTINFO, b"\0\0\0\0" + asked + b"\0\0\0\0")
        server.sendmsg([answer_to(request)], [source], 0, client)


main()
