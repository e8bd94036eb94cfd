"""The sockets of this machine, for portmatrix on another one. Python 3.6 or newer, standard library only.

It is read from standard input, nothing is written to disk, and it ends when its input ends. It knows nothing of what is
asked over the sockets. Orders come and reports go as lines of words; bytes are hexadecimal, "-" stands for nothing. With a
TTL the socket takes no answer with a smaller one:

  tcp ID ADDRESS PORT [TTL]      open ID ADDRESS PORT RTT_US RETRANSMITS | error
  udp ID ADDRESS PORT MODE       bound ID ADDRESS PORT | error           MODE: connected, unconnected, both
  echo ID ADDRESS                bound ID - 0 | error                    datagrams are ICMP messages
  data ID BYTES                  sent ID (TCP), error
  more ID COUNT                  data ID BYTES, end ID                   so many more bytes may be brought
  end ID, close ID, reset ID
  name ID NAME                   names ID ADDRESS/OWN... | nameless ID CODE TEXT
  route ID ADDRESS               route ID ERRNO
  ping ID ADDRESS SECONDS        ping ID EXITCODE OUTPUT | error         runs the program
  quiet ID SOCKET:MS...          quiet ID                                when each socket has waited so long
  listen ID PROTOCOL ADDRESS PORT SECONDS LENGTH WORD     bound ID ADDRESS PORT | error
                                 takes a port that nobody has, for so long; says what comes as one line that has this
                                 length and begins with WORD, and is silent to all else, or resets it; root takes it for
                                 a process of user 65534, or says the error KEEPSROOT
  answer ID FROM PORT BYTES      answers what arrived; without bytes it is silent, or resets
  tables ID NAMES PORT...        tables ID TEXT                          of proc(5), about these local ports
  inspect ID SECOND PORTS SITES  inspected ID SOURCE NAME STATE BYTES      what src/responder/inspect-here.ts reads, one line
                                 each and "end"; SECOND 1: the firewall and the counters alone; lists with commas
  hop ID PROTOCOL ADDRESS PORT HOPS SOURCE MS BYTES   hop ID SOURCE AFTER_US open | reply | silent | error ERRNO INFO ICMP
                                 sends one packet with so many hops to live, from this port (0: any), and says the first
                                 answer; PROTOCOL: tcp, udp, icmp (PORT 0, BYTES behind the echo's header); INFO: an MTU

  arrived ID FROM PORT CLOCK_MS TTL BYTES
  datagram ID FROM PORT AFTER_US CLOCK_MS TTL BYTES
  error ID ERRNO CALL AFTER_US ICMP    CALL: 1 if the call itself was refused; ICMP: - unknown, none, or
                                       TYPE CODE SENDER OWN QUOTED from the kernel's error queue
                                       (docs/notes/linux-network.md#error-queues)
"""
import collections, errno, io, json, os, re, selectors, socket, struct, subprocess, sys, threading, time

LINUX = sys.platform.startswith("linux")
MSG_ERRQUEUE, TCP_INFO = 0x2000, 11
RECVERR = {socket.AF_INET: (0, 11), socket.AF_INET6: (41, 25)}
RECVTTL = {socket.AF_INET: (0, 12), socket.AF_INET6: (41, 51)}
TTL = {(0, 2), (41, 52)}
LEAST_TTL = {socket.AF_INET: (0, 21), socket.AF_INET6: (41, 73)}  # IP_MINTTL, IPV6_MINHOPCOUNT
MOST_LINE, CHUNK, UDP_READS = 1 << 20, 16384, 64
# Older kernels keep no ICMP errors of TCP connections (Linux 5.8, tcp_v4_err), so none proves nothing there.
RELEASE = re.match(r"(\d+)\.(\d+)", os.uname().release)
KEEPS_TCP_ERRORS = LINUX and RELEASE is not None and tuple(map(int, RELEASE.groups())) >= (5, 8)

selector = selectors.DefaultSelector()
out = bytearray()
sockets = {}
later = collections.deque()  # lines of threads
wake_read, wake_write = os.pipe()
is_server = False  # the process that serves the ports which root took


def say(*words):
    out.extend((" ".join(map(str, words)) + "\n").encode("ascii", "replace"))


def say_later(*words):
    later.append(words)
    os.write(wake_write, b"x")


def flush():
    while out:
        try:
            del out[: os.write(1, out)]
        except BlockingIOError:
            time.sleep(0.001)


def end():
    os._exit(0)  # threads may hang in a lookup


def hexed(data):
    return bytes(data).hex() or "-"


def unhexed(text):
    return b"" if text == "-" else bytes.fromhex(text)


def name_of(number):
    return errno.errorcode.get(number, "UNKNOWN")


def numeric(address, port):
    family, _, _, _, place = socket.getaddrinfo(address, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)[0]
    return family, place


def is_own(address):
    try:
        family, place = numeric(address, 0)
        with socket.socket(family, socket.SOCK_DGRAM) as trial:
            trial.bind(place)
        return True
    except OSError:
        return False


def micros(since):
    return max(0, int((time.monotonic() - since) * 1e6))


class Base:
    """A socket with its number. `began` is when its last packet left."""

    def __init__(self, number, address, family, kind, protocol=0):
        self.number, self.address, self.events, self.began = number, address, 0, time.monotonic()
        self.info = 0  # of the last error that was read
        self.sock = socket.socket(family, kind, protocol)
        self.sock.setblocking(False)
        self.keeps_errors = False
        if LINUX:
            try:
                self.sock.setsockopt(*RECVERR[family] + (1,))
                self.keeps_errors = kind != socket.SOCK_STREAM or KEEPS_TCP_ERRORS
            except OSError:
                pass

    def listen(self, events):
        if events == self.events:
            return
        if self.events == 0:
            selector.register(self.sock, events, self)
        elif events == 0:
            selector.unregister(self.sock)
        else:
            selector.modify(self.sock, events, self)
        self.events = events

    def close(self, reset=False):
        sockets.pop(self.number, None)
        self.listen(0)
        if reset:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def errors(self):
        """(errno, ICMP words) of each error, oldest first. SO_ERROR is read first: reading the queue may clear it."""
        pending = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        found = []
        while LINUX:
            try:
                quoted, ancillary, _, _ = self.sock.recvmsg(1500, 512, MSG_ERRQUEUE | socket.MSG_DONTWAIT)
            except OSError:
                break
            for level, kind, data in ancillary:
                if (level, kind) not in RECVERR.values() or len(data) < 16:
                    continue
                number, origin, type_, code, self.info = struct.unpack_from("=IBBBxI", data)
                icmp = ("none",) if self.keeps_errors else ("-",)
                if origin in (2, 3) and len(data) >= 24:
                    family = struct.unpack_from("=H", data, 16)[0]
                    part = data[20:24] if family == socket.AF_INET else data[24:40]
                    sender = socket.inet_ntop(family, part)
                    own = is_own(sender) and not is_own(self.address)
                    icmp = (type_, code, sender, int(own), hexed(quoted))
                found.append((number, icmp))
        if pending and not found:
            found.append((pending, ("none",) if self.keeps_errors else ("-",)))
        return found

    def fail(self, number, at_call, icmp=("-",)):
        say("error", self.number, name_of(number), int(at_call), micros(self.began), *icmp)


class Tcp(Base):
    def __init__(self, number, address, port, least_ttl=None):
        family, place = numeric(address, port)
        Base.__init__(self, number, address, family, socket.SOCK_STREAM)
        if least_ttl is not None:
            try:
                if not LINUX:
                    raise OSError(errno.ENOPROTOOPT, "")
                self.sock.setsockopt(*LEAST_TTL[family] + (least_ttl,))
            except OSError:
                self.sock.close()
                raise
        self.family, self.connecting, self.credit, self.pending = family, True, 0, bytearray()
        self.ending = False  # its own side is to be closed behind what is pending
        self.began = time.monotonic()
        result = self.sock.connect_ex(place)
        if result not in (0, errno.EINPROGRESS):
            self.sock.close()
            raise OSError(result, "")
        self.listen(selectors.EVENT_READ | selectors.EVENT_WRITE)

    def opened(self):
        measured, repeated = micros(self.began), 0
        if LINUX:
            self.sock.setsockopt(*RECVERR[self.family] + (0,))  # an open connection outlives ICMP errors
            info = self.sock.getsockopt(socket.IPPROTO_TCP, TCP_INFO, 104)
            if len(info) >= 104:
                rtt, repeated = struct.unpack_from("=I", info, 68)[0], struct.unpack_from("=I", info, 100)[0]
                if repeated == 0 and 0 < rtt < measured:
                    measured = rtt
        self.connecting = False
        address, port = self.sock.getsockname()[:2]
        say("open", self.number, address, port, measured, repeated)
        self.interest()

    def interest(self):
        reads = selectors.EVENT_READ if self.credit > 0 else 0
        writes = selectors.EVENT_WRITE if self.pending or self.ending else 0
        self.listen(reads | writes)

    def ready(self, events):
        if self.connecting:
            for number, icmp in self.errors():
                self.fail(number, False, icmp)
                return self.close()
            try:
                self.sock.getpeername()
            except OSError:
                return None
            return self.opened()
        try:
            if events & selectors.EVENT_WRITE:
                self.write()
            if events & selectors.EVENT_READ and self.credit > 0:
                data = self.sock.recv(min(CHUNK, self.credit))
                self.credit = self.credit - len(data) if data else 0
                say("data" if data else "end", self.number, *([data.hex()] if data else []))
            return self.interest()
        except BlockingIOError:
            return None
        except OSError as error:
            self.fail(error.errno, False)
            return self.close()

    def write(self):
        if self.pending:
            sent = self.sock.send(self.pending)
            del self.pending[:sent]
            if not self.pending:
                say("sent", self.number)
        if self.ending and not self.pending:
            self.ending = False
            self.sock.shutdown(socket.SHUT_WR)

    def send(self, data):
        self.pending.extend(data)
        self.listen(self.events | selectors.EVENT_WRITE)

    def finish(self):
        self.ending = True
        self.listen(self.events | selectors.EVENT_WRITE)

    def more(self, count):
        self.credit += count
        if not self.connecting:
            self.interest()


class Datagrams(Base):
    def __init__(self, number, address, port, mode, kind=socket.SOCK_DGRAM, protocols=None):
        family, self.place = numeric(address, port)
        Base.__init__(self, number, address, family, kind, 0 if protocols is None else protocols[family])
        self.is_connected = mode == "connected"
        try:
            if LINUX:
                self.sock.setsockopt(*RECVTTL[family] + (1,))
            if self.is_connected:
                self.sock.connect(self.place)
            else:
                self.sock.bind(("0.0.0.0" if family == socket.AF_INET else "::", 0))
        except OSError:
            self.sock.close()
            raise
        own = self.sock.getsockname()
        say("bound", number, own[0] if protocols is None else "-", own[1] if protocols is None else 0)
        self.listen(selectors.EVENT_READ)

    def ready(self, _events):
        for number, icmp in self.errors():
            self.fail(number, False, icmp)
        for _ in range(UDP_READS):
            try:
                data, ancillary, _, place = self.sock.recvmsg(65535, 256)
            except OSError:
                return
            ttl = [struct.unpack("=i", part)[0] for level, kind, part in ancillary if (level, kind) in TTL]
            clock = int(time.time() * 1000)
            say("datagram", self.number, place[0], place[1], micros(self.began), clock, ttl[0] if ttl else "-", hexed(data))

    def send(self, data):
        try:
            self.began = time.monotonic()
            if self.is_connected:
                self.sock.send(data)
            else:
                self.sock.sendto(data, self.place)
        except OSError as error:
            # An error of an earlier datagram is told here as well; the queue says which one it was.
            found = self.errors()
            for number, icmp in found:
                self.fail(number, False, icmp)
            if not found:
                self.fail(error.errno, True)

    def finish(self):
        pass

    def more(self, _count):
        pass


HOPS = {socket.AF_INET: (0, 2), socket.AF_INET6: (41, 16)}  # IP_TTL, IPV6_UNICAST_HOPS
# IP_MTU_DISCOVER, IPV6_MTU_DISCOVER and IPV6_DONTFRAG: one packet is one packet, whatever MTU was learned before.
WHOLE = {socket.AF_INET: [(0, 10, 3)], socket.AF_INET6: [(41, 23, 3), (41, 62, 1)]}
SEND_LABEL, AUTO_LABEL = (41, 33), (41, 70)  # IPV6_FLOWINFO_SEND, IPV6_AUTOFLOWLABEL
OWN_LABELS = 0x80000  # the first of those that are not leased
ECHO = {socket.AF_INET: 1, socket.AF_INET6: 58}
ECHO_TYPES = {socket.AF_INET: (8, 0), socket.AF_INET6: (128, 129)}


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data[: len(data) // 2 * 2])) + (data[-1] << 8 if len(data) % 2 else 0)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Hop(Base):
    """One packet with so many hops to live, and the first answer to it. Its socket is gone before its SYN is repeated."""

    def __init__(self, number, protocol, address, port, hops, source, wait_ms, data):
        family, place = numeric(address, port)
        self.protocol, self.family, self.is_raw = protocol, family, False
        if not LINUX:
            raise OSError(errno.ENOPROTOOPT, "")
        if protocol == "icmp":
            try:
                Base.__init__(self, number, address, family, socket.SOCK_DGRAM, ECHO[family])
            except PermissionError:
                Base.__init__(self, number, address, family, socket.SOCK_RAW, ECHO[family])
                self.is_raw = True
        else:
            Base.__init__(self, number, address, family, socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM)
        try:
            self.sock.setsockopt(*HOPS[family] + (hops,))
            if protocol == "tcp":
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            else:
                for option in WHOLE[family]:
                    self.sock.setsockopt(*option)
            if not self.is_raw:
                self.sock.bind(("0.0.0.0" if family == socket.AF_INET else "::", source))
            self.began = time.monotonic()
            self.until = self.began + wait_ms / 1000
            result = self.connect(place)
            if result not in (0, errno.EINPROGRESS):
                self.source = self.sock.getsockname()[1]
                return self.over(*self.why(result))
            self.source = (source or os.getpid() & 0xFFFF or 1) if self.is_raw else self.sock.getsockname()[1]
            if protocol != "tcp":
                self.echo = self.echo_of(data) if protocol == "icmp" else data
                self.began = time.monotonic()
                self.sock.send(self.echo)
        except OSError as error:
            if not hasattr(self, "source"):
                self.sock.close()
                raise
            return self.over(*self.why(error.errno))
        self.listen(selectors.EVENT_READ | (selectors.EVENT_WRITE if protocol == "tcp" else 0))

    def connect(self, place):
        """A SYN of IPv6 gets a label of its source port: Linux gives each socket another one, and routers choose by it."""
        if self.protocol == "tcp" and self.family == socket.AF_INET6:
            labelled = place[:2] + (OWN_LABELS | self.sock.getsockname()[1],) + place[3:]
            self.sock.setsockopt(*SEND_LABEL + (1,))
            result = self.sock.connect_ex(labelled)
            if result != errno.EINVAL:  # a program here has leased labels for itself alone: then none is sent
                return result
            self.sock.setsockopt(*AUTO_LABEL + (0,))
        return self.sock.connect_ex(place)

    def echo_of(self, data):
        head = struct.pack("!BBHHH", ECHO_TYPES[self.family][0], 0, 0, self.source, 1)
        if self.is_raw and self.family == socket.AF_INET:  # the kernel does it for all others
            head = struct.pack("!BBHHH", ECHO_TYPES[self.family][0], 0, checksum(head + data), self.source, 1)
        return head + data

    def why(self, number):
        found = self.errors()
        number, icmp = found[0] if found else (number, ("none",) if self.keeps_errors else ("-",))
        return ("error", name_of(number), self.info) + tuple(icmp)

    def over(self, *words):
        say("hop", self.number, self.source, micros(self.began), *words)
        self.close(True)

    def ready(self, _events):
        found = self.errors()
        if found:
            number, icmp = found[0]
            return self.over("error", name_of(number), self.info, *icmp)
        try:
            if self.protocol == "tcp":
                self.sock.getpeername()
                return self.over("open")
            data = self.sock.recv(2048)
        except OSError:
            return None
        if self.is_raw:
            data = data[(data[0] & 15) * 4 :] if self.family == socket.AF_INET and data else data
            if data[:1] != bytes([ECHO_TYPES[self.family][1]]) or data[4:8] != self.echo[4:8]:
                return None  # somebody else's
        return self.over("reply")


# Bounds for what strangers send to a port that is held: connections at a time, seconds until one has said its line, lines
# in a second, and what may wait for this side's reader.
MOST_CONNECTIONS, PATIENCE, MOST_LINES, MOST_WAITING = 256, 2.0, 2000, 1 << 20
connections = collections.OrderedDict()  # (number, address, port) -> Connection, oldest first
granted = [MOST_LINES, time.monotonic()]


def may_tell():
    now = time.monotonic()
    granted[:] = [min(MOST_LINES, granted[0] + (now - granted[1]) * MOST_LINES), now]
    if granted[0] < 1 or len(out) > MOST_WAITING:
        return False
    granted[0] -= 1
    return True


def plain(address):
    return address.split("%")[0]


class Listener:
    """A port that is held; `until` is when it is given back."""

    def __init__(self, number, protocol, address, port, seconds, length, word):
        family, place = numeric(address, port)
        self.number, self.length, self.word, self.family = number, length, word, family
        self.is_tcp = protocol == "tcp"
        self.taken_at = time.monotonic()
        self.until = self.taken_at + seconds
        self.sock = socket.socket(family, socket.SOCK_STREAM if self.is_tcp else socket.SOCK_DGRAM)
        try:
            self.sock.setblocking(False)
            if family == socket.AF_INET6:
                self.sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            if self.is_tcp:  # connections of before that are not forgotten yet; never for datagrams, which it would steal
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            elif LINUX:
                self.sock.setsockopt(*RECVTTL[family] + (1,))
            self.sock.bind(place)
            if self.is_tcp:
                if LINUX:
                    try:
                        self.sock.setsockopt(socket.IPPROTO_TCP, 27, 1)  # TCP_SAVE_SYN
                    except OSError:
                        pass
                self.sock.listen(1024)  # a full queue looks like an answer that is lost
        except OSError:
            self.sock.close()
            raise
        self.events, self.bound = 0, (number, address, port)

    def begin(self):
        say("bound", *self.bound)
        selector.register(self.sock, selectors.EVENT_READ, self)
        self.events = selectors.EVENT_READ

    def tell(self, place, ttl, data):
        say("arrived", self.number, plain(place[0]), place[1], int(time.time() * 1000), "-" if ttl is None else ttl, hexed(data))

    def ready(self, _events):
        for _ in range(512):
            try:
                if self.is_tcp:
                    sock, place = self.sock.accept()
                    Connection(self, sock, place)
                    continue
                data, ancillary, _, place = self.sock.recvmsg(self.length + 1, 256)
            except OSError:
                return
            if len(data) == self.length and data.startswith(self.word) and may_tell():
                ttl = [struct.unpack("=i", part)[0] for level, kind, part in ancillary if (level, kind) in TTL]
                self.tell(place, ttl[0] if ttl else None, data)

    def answer(self, address, port, data):
        if self.is_tcp:
            one = connections.get((self.number, address, port))
            return one.answer(data) if one else None
        if data:
            try:
                self.sock.sendto(data, numeric(address, port)[1])
            except OSError:
                pass

    def close(self, _reset=False):
        sockets.pop(self.number, None)
        if self.events:
            selector.unregister(self.sock)
        self.events = 0
        self.sock.close()
        if is_server:
            say("closed", self.number)


class Connection:
    """A connection to a port that is held, until its line is whole and answered."""

    def __init__(self, listener, sock, place):
        self.listener, self.sock, self.place, self.held, self.told = listener, sock, place, b"", False
        self.key, self.due, self.events = (listener.number, plain(place[0]), place[1]), time.monotonic() + PATIENCE, 1
        if len(connections) >= MOST_CONNECTIONS:  # the oldest that has not said its line; others have their answer soon
            silent = (one for one in connections.values() if not one.told)
            next(silent, next(iter(connections.values()))).close(True)
        if self.key in connections:
            connections[self.key].close(True)
        connections[self.key] = self
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_READ, self)

    def ttl(self):
        try:
            syn = self.sock.getsockopt(socket.IPPROTO_TCP, 28, 128)  # TCP_SAVED_SYN
            return (syn[8] if syn[0] >> 4 == 4 else syn[7]) if len(syn) >= 20 else None
        except OSError:
            return None

    def ready(self, _events):
        try:
            data = self.sock.recv(self.listener.length + 1 - len(self.held))
        except BlockingIOError:
            return None
        except OSError:
            return self.close(True)
        self.held += data
        word, length = self.listener.word, self.listener.length
        wrong = not data or self.told or len(self.held) > length or self.held[: len(word)] != word[: len(self.held)]
        if wrong or (len(self.held) == length and not may_tell()):
            return self.close(True)
        if len(self.held) == length:
            self.told = True
            self.listener.tell(self.place, self.ttl(), self.held)
        return None

    def answer(self, data):
        try:
            if data:
                self.sock.send(data)
                self.sock.shutdown(socket.SHUT_WR)
                return None  # the sender closes it, or its time is over
        except OSError:
            pass
        return self.close(True)

    def close(self, reset=False):
        if not self.events:
            return
        self.events = 0
        if connections.get(self.key) is self:
            del connections[self.key]
        selector.unregister(self.sock)
        if reset:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


# Root takes ports and has nothing to do with what comes to them: they go to a process of this user, which Linux knows by
# its number on every system, those that are asked for together to one. It ends with its last port and with this one.
NOBODY, GATHERED_S = 65534, 0.02
is_root = 0 in (os.getuid(), os.geteuid())
taken = []  # listeners that no process has yet
servers = {}  # the end of a pipe that is read -> Server
postponed = {}  # orders for ports that were in use, while ports are still being given back: number -> words


class Handed:
    """A port that another process serves."""

    def __init__(self, number, server):
        self.number, self.server, self.began = number, server, time.monotonic()
        server.numbers.add(number)

    def answer(self, address, port, data):
        self.server.order("answer", self.number, address, port, hexed(data))

    def close(self, _reset=False):
        sockets.pop(self.number, None)
        self.server.closing.add(self.number)
        self.server.order("close", self.number)


class Server:
    """A process that has no rights and serves ports. It says no more than that of its own ports."""

    def __init__(self, listeners):
        self.numbers, self.closing, self.rest, self.pending = set(), set(), b"", bytearray()
        flush()  # none of it is said twice
        orders, self.orders = os.pipe()
        self.reports, reports = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            run(lambda: serve(listeners, orders, reports))
        os.close(orders)
        os.close(reports)
        os.set_blocking(self.orders, False)  # it may wait for this one to read
        servers[self.reports] = self
        selector.register(self.reports, selectors.EVENT_READ, self)
        self.events = selectors.EVENT_READ
        for one in listeners:
            one.close()
            sockets[one.number] = Handed(one.number, self)

    def order(self, *words):
        self.pending.extend((" ".join(map(str, words)) + "\n").encode("ascii"))
        self.pass_on()

    def pass_on(self):
        try:
            while self.pending:
                del self.pending[: os.write(self.orders, self.pending)]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self.pending.clear()  # it has given back all of its ports

    def ready(self, _events):
        chunk = os.read(self.reports, 65536)
        lines = (self.rest + chunk).split(b"\n")
        self.rest = lines.pop()
        for line in lines:
            words = line.decode("ascii", "replace").split()
            if words[:1] == ["failed"] and len(words) == 2:
                raise RuntimeError(unhexed(words[1]).decode("utf-8", "replace"))
            is_own = len(words) > 1 and words[1].isdigit() and int(words[1]) in self.numbers
            if words and (not is_own or words[0] not in ("bound", "arrived", "error", "closed")):
                raise RuntimeError("what serves the ports says what it was not asked")
            if words[:1] == ["closed"]:
                self.closing.discard(int(words[1]))
            elif words and (words[0] != "arrived" or may_tell()):
                say(*words)
        if chunk:
            return
        self.events = 0
        selector.unregister(self.reports)
        del servers[self.reports]
        os.close(self.reports)
        os.close(self.orders)
        if os.waitpid(self.pid, 0)[1] != 0:
            raise RuntimeError("what serves the ports has ended")
        for number in self.numbers:
            if isinstance(sockets.get(number), Handed):
                del sockets[number]


def take(words):
    """Takes a port, as the order `listen` says."""
    number = int(words[1])
    try:
        one = Listener(number, words[2], words[3], *[int(word) for word in words[4:7]] + [unhexed(words[7])])
    except OSError as error:
        if error.errno == errno.EADDRINUSE and any(one.closing for one in servers.values()):
            postponed[number] = words  # it may be this one's own port of before
            return
        return say("error", number, name_of(error.errno), 1, 0, "-")
    sockets[number] = one
    taken.append(one) if is_root else one.begin()


def hand_over():
    """Gives the ports that root took to a process without its rights."""
    gathered = [one for one in taken if sockets.get(one.number) is one]
    del taken[:]
    if not gathered:
        return
    try:
        Server(gathered)
    except OSError as error:  # no process for it
        for one in gathered:
            one.close()
            say("error", one.number, name_of(error.errno), 1, 0, "-")


def serve(listeners, orders, reports):
    """What the process without rights does: nothing is open in it but its ports and the pipes to the one that started it."""
    global selector, is_server
    is_server = True
    for one in list(sockets.values()):
        if one not in listeners and not isinstance(one, Handed):
            one.sock.close()
    selector.close()
    selector = selectors.DefaultSelector()
    for old in (sockets, connections, servers, out, quiets, later, taken):
        old.clear()
    os.dup2(orders, 0)
    os.dup2(reports, 1)
    os.dup2(orders, 2)  # nothing can be written there, and nothing is to be
    keep = [0, 1, 2, selector.fileno()] + [one.sock.fileno() for one in listeners]
    for file in [int(name) for name in os.listdir("/proc/self/fd" if LINUX else "/dev/fd")]:
        if file not in keep:
            try:
                os.close(file)
            except OSError:
                pass  # that of the listing
    kept = give_up_root()
    for one in listeners:
        if kept:
            say("error", one.number, "KEEPSROOT", 1, 0, "-")
        else:
            sockets[one.number] = one
            one.begin()
    if kept:
        flush()
        end()
    selector.register(0, selectors.EVENT_READ, "input")
    work()


def give_up_root():
    """True if root's rights stay. Who is root of nothing but a user namespace that knows no other user is an ordinary user."""
    try:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    except OSError:
        return not is_root_of_nothing()
    try:
        os.setuid(0)
    except OSError:
        return 0 in (os.getuid(), os.geteuid(), os.getgid(), os.getegid())
    return True


def is_root_of_nothing():
    try:
        rows = [[int(word) for word in line.split()] for line in lines_of("/proc/self/uid_map")]
    except OSError:
        return False
    return bool(rows) and not any(first <= NOBODY < first + count or (first == 0 and outside == 0) for first, outside, count in rows)


def give_back():
    """Ends what is over, and says how long to wait for the next."""
    now = time.monotonic()
    while connections and next(iter(connections.values())).due <= now:
        next(iter(connections.values())).close(True)
    for one in [one for one in sockets.values() if isinstance(one, Listener) and one.until <= now]:
        one.close()
    for one in [one for one in sockets.values() if isinstance(one, Hop) and one.until <= now]:
        one.over("silent")
    if is_server and not sockets and not connections:
        flush()
        end()
    if postponed and not any(one.closing for one in servers.values()):
        again = list(postponed.values())
        postponed.clear()
        for words in again:
            take(words)
    if taken and taken[0].taken_at + GATHERED_S <= now:
        hand_over()
    dues = [one.until for one in sockets.values() if isinstance(one, (Listener, Hop))]
    if taken:
        dues.append(taken[0].taken_at + GATHERED_S)
    for one in servers.values():
        one.pass_on()
        if one.pending:
            dues.append(now + 0.005)
    if connections:
        dues.append(next(iter(connections.values())).due)
    return max(0.0, min(dues) - now) if dues else None


def read_file(path):
    with io.FileIO(path) as file:
        return file.readall()


def lines_of(path):
    return read_file(path).decode("latin-1").splitlines()


def read_tables(number, with_names, ports):
    say_later("tables", number, hexed(tables_of(with_names, ports)))


def tables_of(with_names, ports):
    wanted, found, inodes = {"%04X" % port for port in ports}, [], set()
    readable = False
    for kind in ("tcp", "tcp6", "udp", "udp6"):
        try:
            lines = lines_of("/proc/net/" + kind)
            readable = True
            for line in lines:
                words = line.split()
                if len(words) > 9 and words[1][-4:] in wanted:
                    found.append(kind + " " + line.strip())
                    inodes.add(words[9])
        except OSError:
            pass
    counts = []
    for kind in ("snmp", "snmp6"):
        try:
            lines = [line for line in lines_of("/proc/net/" + kind) if re.match(r"Udp:|Udp6(InDatagrams|NoPorts|InErrors)\s", line)]
            counts += [kind + " " + line.strip() for line in lines]
        except OSError:
            pass
    try:
        tracked = {"dport=%d" % port for port in ports}
        for line in lines_of("/proc/net/nf_conntrack"):
            first = [word for word in line.split() if word.startswith("dport=")][:1]
            if first and first[0] in tracked:
                found.append("tracked " + line.strip())
    except OSError:
        pass
    names = names_of(inodes - {"0"}) if with_names else []
    head = ["tables " + ("le" if sys.byteorder == "little" else "be")] if readable else []
    return "\n".join(head + counts + names + found)[: 256 * 1024].encode("latin-1", "replace")


def names_of(inodes):
    names = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            for file in os.listdir("/proc/%s/fd" % pid):
                leads_to = os.readlink("/proc/%s/fd/%s" % (pid, file))
                if leads_to.startswith("socket:[") and leads_to[8:-1] in inodes:
                    names.add("name %s %s" % (leads_to[8:-1], lines_of("/proc/%s/comm" % pid)[0]))
        except OSError:
            pass
    return sorted(names)


# The programs that may be started, with their arguments; there are no others (docs/inspection.md).
PLACES = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"]
FIREWALL = [
    ("nft", ["nft", "-j", "list", "ruleset"]),
    ("iptables", ["iptables-save", "-c"]),
    ("ip6tables", ["ip6tables-save", "-c"]),
    ("iptables-legacy", ["iptables-legacy-save", "-c"]),
    ("ip6tables-legacy", ["ip6tables-legacy-save", "-c"]),
]
LISTENERS = ["ss", "-Hltne"]
CONTROLLER = ["cmk-agent-ctl", "status", "--json", "--no-query-remote"]
UNIT = "LoadState,ActiveState,Listen,IPAddressAllow,IPAddressDeny"
SOCKET_UNIT = ["systemctl", "show", "check-mk-agent.socket", "--no-pager", "-p", UNIT]
MOST_BYTES, MOST_FILES, PROGRAM_SECONDS = 480 * 1024, 64, 5.0


def find_program(name):
    paths = [os.path.join(place, name) for place in PLACES]
    return next((path for path in paths if os.access(path, os.X_OK)), None)


def is_loaded(module):
    if os.path.exists("/sys/module/" + module) or not os.path.exists("/proc/modules"):
        return True
    try:
        lines = lines_of("/lib/modules/%s/modules.builtin" % os.uname().release)
    except OSError:
        return False
    return any(line.endswith("/%s.ko" % module) for line in lines)


# A zombie (Z) or dead process (X) keeps its name until its parent asks how it ended; it runs no more.
def is_running(name):
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = "".join(lines_of("/proc/%s/stat" % pid)[:1])
        except OSError:
            continue
        if stat.startswith("%s (%s) " % (pid, name)) and stat[len(pid) + len(name) + 4] not in "ZX":
            return True
    return False


def is_legacy(path):
    return "legacy" in os.path.realpath(path)


def has_legacy_tables(source):
    path = "/proc/net/%s_tables_names" % ("ip6" if source.startswith("ip6") else "ip")
    try:
        return os.path.exists(path) and read_file(path).strip() != b""
    except OSError:
        return True  # root alone may read them


def has_anything(source, path):
    """Whether there is something to list, so that asking loads and starts nothing (docs/notes/inspection.md#what-a-listing-may-do)."""
    if source == "nft":
        return is_loaded("nf_tables")
    if source.endswith("-legacy"):
        usual = find_program(source.replace("-legacy", "-save"))
        return not (usual and is_legacy(usual)) and has_legacy_tables(source)
    if path is None:
        return False
    if source in ("iptables", "ip6tables"):
        return has_legacy_tables(source) if is_legacy(path) else is_loaded("nf_tables")
    if source == "listeners":
        return is_loaded("tcp_diag")
    return is_running("cmk-agent-ctl") if source == "controller" else os.path.isdir("/run/systemd/system")


def program_of(source, argv):
    path = find_program(argv[0])
    if not has_anything(source, path):
        return "stopped" if source == "controller" and path else "absent", b""
    if path is None:
        return "missing", b""
    env = {"PATH": ":".join(PLACES), "LC_ALL": "C"}
    pipe = subprocess.PIPE
    try:
        child = subprocess.Popen([path] + argv[1:], stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=env, cwd="/")
    except OSError:
        return "absent", b""
    timer = threading.Timer(PROGRAM_SECONDS, child.kill)
    timer.start()
    words = []
    reader = threading.Thread(target=lambda: words.append(child.stderr.read()[:400]), daemon=True)
    reader.start()
    output = child.stdout.read(MOST_BYTES + 1)
    is_long = len(output) > MOST_BYTES
    if is_long:
        child.kill()
    code = child.wait()
    is_late = not timer.is_alive()
    timer.cancel()
    reader.join(1)
    if is_long:
        return "long", b""
    if code == 0:
        return "read", output
    return ("late", b"") if is_late else ("failed", (b"".join(words) + output)[:400])


def file_of(path):
    try:
        text = read_file(path)
    except OSError as error:
        return "absent" if error.errno in (errno.ENOENT, errno.ENOTDIR) else "denied", b""
    return ("read", text) if len(text) <= MOST_BYTES else ("long", b"")


def xinetd_files():
    try:
        names = os.listdir("/etc/xinetd.d")
    except OSError:
        names = []
    own = sorted(name for name in names if "." not in name and not name.endswith("~"))
    if not names and not os.path.exists("/etc/xinetd.conf"):
        return []
    return (["/etc/xinetd.conf"] + ["/etc/xinetd.d/" + name for name in own])[:MOST_FILES]


def inspect(number, is_second, ports, sites):
    def tell(source, found, name=""):
        say_later("inspected", number, source, hexed(name.encode("utf-8", "replace")), found[0], hexed(found[1]))

    tell("sockets", ("read", tables_of(not is_second, ports)))
    tell("listeners", program_of("listeners", LISTENERS))
    tell("counters", file_of("/proc/net/netstat"))
    for source, argv in FIREWALL:
        tell(source, program_of(source, argv))
    if not is_second:
        tell("addresses-4", file_of("/proc/net/fib_trie"))
        tell("addresses-6", file_of("/proc/net/if_inet6"))
        tell("controller", program_of("controller", CONTROLLER))
        tell("socket-unit", program_of("socket-unit", SOCKET_UNIT))
        for path in xinetd_files():
            tell("xinetd", file_of(path), path)
        for site in sites:
            tell("site", file_of("/opt/omd/sites/%s/etc/omd/site.conf" % site), site)
    tell("end", ("read", b""))


LOOKUP = {"EAI_NONAME": "ENOTFOUND", "EAI_NODATA": "ENODATA", "EAI_AGAIN": "EAI_AGAIN"}
LOOKUP = {getattr(socket, key): word for key, word in LOOKUP.items() if hasattr(socket, key)}


def look_up(number, name):
    try:
        found = socket.getaddrinfo(name, None, 0, socket.SOCK_STREAM)
        places = ["%s/%d" % (place[0], is_own(place[0])) for _, _, _, _, place in found]
        say_later("names", number, *list(collections.OrderedDict.fromkeys(places))[:256])
    except socket.gaierror as error:
        say_later("nameless", number, LOOKUP.get(error.errno, "EAI_FAIL"), hexed(str(error.strerror).encode()))
    except (OSError, UnicodeError) as error:
        say_later("nameless", number, "EAI_FAIL", hexed(str(error).encode("utf-8", "replace")))


def run_ping(number, address, seconds):
    argv = ["ping", "-n", "-c", "1", "-W", str(seconds), address]
    try:
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=dict(os.environ, LC_ALL="C"))
    except OSError as error:
        return say_later("error", number, name_of(error.errno), 1, 0, "-")
    try:
        output, _ = child.communicate(timeout=seconds + 3)
    except subprocess.TimeoutExpired:
        child.kill()
        return say_later("error", number, "ETIMEDOUT", 1, 0, "-")
    return say_later("ping", number, child.returncode, hexed(output[:8192]))


def ask_route(number, address):
    try:
        family, place = numeric(address, 9)
        with socket.socket(family, socket.SOCK_DGRAM) as trial:
            trial.connect(place)  # sends nothing, looks up the route
        say("route", number, "-")
    except OSError as error:
        say("route", number, name_of(error.errno))


def in_thread(act, *words):
    threading.Thread(target=act, args=words, daemon=True).start()


def open_socket(number, make):
    try:
        sockets[number] = make()
    except OSError as error:
        say("error", number, name_of(error.errno), 1, 0, "-")


quiets = []  # (when, number)


def ask_hop(number, words):
    try:
        one = Hop(number, words[0], words[1], *[int(word) for word in words[2:6]] + [unhexed(words[6])])
        if one.events:
            sockets[number] = one
    except OSError as error:
        say("error", number, name_of(error.errno), 1, 0, "-")


def obey(words):
    order, number = words[0], int(words[1])
    if order == "tcp":
        open_socket(number, lambda: Tcp(number, words[2], *map(int, words[3:])))
    elif order == "udp":
        open_socket(number, lambda: Datagrams(number, words[2], int(words[3]), words[4]))
    elif order == "echo":
        open_socket(number, lambda: Datagrams(number, words[2], 0, "connected", protocols=ECHO))
    elif order == "name":
        in_thread(look_up, number, unhexed(words[2]).decode("utf-8"))
    elif order == "ping":
        in_thread(run_ping, number, words[2], int(words[3]))
    elif order == "route":
        ask_route(number, words[2])
    elif order == "quiet":
        dues = [time.monotonic()]
        for word in words[2:]:
            at, _, waited = word.partition(":")
            if int(at) in sockets:
                dues.append(sockets[int(at)].began + int(waited) / 1000)
        quiets.append((max(dues), number))
    elif order == "listen":
        take(words)
    elif order == "hop":
        ask_hop(number, words[2:])
    elif order == "answer":
        if number in sockets:
            sockets[number].answer(words[2], int(words[3]), unhexed(words[4]))
    elif order == "tables":
        in_thread(read_tables, number, words[2] == "1", [int(word) for word in words[3:]])
    elif order == "inspect":
        ports, sites = ([part for part in word.split(",") if part != "-"] for word in words[3:5])
        in_thread(inspect, number, words[2] == "1", [int(port) for port in ports], sites)
    elif order in ("data", "more", "end", "close", "reset"):
        one = sockets.get(number)
        if one is None:
            postponed.pop(number, None)
            return  # it has failed meanwhile
        if order == "data":
            one.send(unhexed(words[2]))
        elif order == "more":
            one.more(int(words[2]))
        elif order == "end":
            one.finish()
        else:
            one.close(order == "reset")
    else:
        raise ValueError("unknown order")


def main():
    say("\n" + json.dumps({"type": "sockets", "protocol": 1, "runtime": "python", "version": sys.version.split()[0]}, separators=(",", ":")))
    flush()
    selector.register(0, selectors.EVENT_READ, "input")
    selector.register(wake_read, selectors.EVENT_READ, "wake")
    work()


def work():
    rest = b""
    while True:
        now = time.monotonic()
        due = [one for one in quiets if one[0] <= now]
        wait = 0 if due else max(0, min(one[0] for one in quiets) - now) if quiets else None
        until = give_back()
        flush()  # what it said
        wait = until if wait is None else wait if until is None else min(wait, until)
        for key, events in selector.select(wait):
            if key.data == "input":
                chunk = os.read(0, 65536)
                if not chunk:
                    end()
                lines = (rest + chunk).split(b"\n")
                rest = lines.pop()
                if len(rest) > MOST_LINE:
                    raise ValueError("the order is too long")
                for line in lines:
                    if line.strip():
                        obey(line.decode("ascii").split())
            elif key.data == "wake":
                os.read(wake_read, 4096)
            elif key.data.events:
                key.data.ready(events)
        while later:
            say(*later.popleft())
        for one in due:  # what had come by then was read just now
            quiets.remove(one)
            say("quiet", one[1])
        flush()


def run(act):
    """Never returns."""
    try:
        act()
    except BrokenPipeError:
        end()
    except Exception as error:
        say("failed", hexed(("%s: %s" % (type(error).__name__, error)).encode("utf-8", "replace")[:400]))
        try:
            flush()
        finally:
            os._exit(1)


run(main)
