"""Holds ports as the faults of test/net/inspection-world.ts want it. Argument: JSON list of {address, port, protocol,
ipv6Only, full}. `full` never accepts and fills its own queue. Prints "listening" when all is done."""
import json, select, socket, sys

held, listeners = [], []
for place in json.loads(sys.argv[1]):
    family = socket.AF_INET6 if ":" in place["address"] else socket.AF_INET
    kind = socket.SOCK_DGRAM if place.get("protocol") == "udp" else socket.SOCK_STREAM
    one = socket.socket(family, kind)
    if family == socket.AF_INET6:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1 if place.get("ipv6Only") else 0)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((place["address"], place["port"]))
    held.append(one)
    if kind == socket.SOCK_DGRAM:
        continue
    one.listen(1 if place.get("full") else 64)
    if not place.get("full"):
        listeners.append(one)
        continue
    for _ in range(4):
        client = socket.socket(family, kind)
        client.setblocking(False)
        client.connect_ex(("127.0.0.1" if family == socket.AF_INET else "::1", place["port"]))
        held.append(client)
        select.select([], [client], [], 0.2)
print("listening", flush=True)
while True:
    for one in select.select(listeners, [], [])[0]:
        one.accept()[0].close()
