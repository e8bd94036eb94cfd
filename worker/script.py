# portmatrix: sends the flows below from this machine and writes down what came back. Nothing else is sent, nothing is
# fetched, installed or changed, and nothing is judged here. It needs Python 3.6 or newer and no privilege.
#
#   --list             shows what would be sent, and sends nothing
#   --out FILE         writes the result there instead of to standard output
#   --unreached TEXT   sends nothing, and writes that this machine could not be reached
#   --no-listeners     does not say whether something listens here on the ports that others ask
#
# The lines below are what is sent: number, protocol, target, port, milliseconds, whether a service is asked once or may
# be asked again, and the steps (docs/formats.md, "The script itself"): hear reads, say sends these bytes, shut ends its own
# side, tls begins TLS, get asks an SNMP agent with the community of that variable of the environment, - only connects.
ORDERS = r"""
@ORDERS@
"""
HEAD = """
@HEAD@
"""
SCRIPT = "@ID@"

import errno, getpass, hashlib, os, socket, struct, subprocess, sys, threading, time
import select, signal, warnings
try:
    import ssl
except ImportError:
    ssl = None

LINUX = sys.platform.startswith("linux")
RECVERR = {socket.AF_INET: (0, 11), socket.AF_INET6: (41, 25)}
RECVTTL = {socket.AF_INET: (0, 12), socket.AF_INET6: (41, 51)}
RELEASE = (os.uname().release.split(".") + ["0"])[:2] if LINUX else ["0", "0"]
# Older kernels keep no ICMP errors of TCP connections (Linux 5.8), so none proves nothing there.
KEEPS_TCP = LINUX and all(part.isdigit() for part in RELEASE) and tuple(map(int, RELEASE)) >= (5, 8)
AT_ONCE, FOR_ONE_TARGET, MOST, MOST_LINES, IDLE = 16, 4, 65536, 100, 0.5


def hexed(data):
    return bytes(data).hex() or "-"


def text(words):
    return hexed(str(words).encode("utf-8", "replace")[:900])


def unhexed(digits):
    return b"" if digits == "-" else bytes.fromhex(digits)


def micros(since):
    return max(0, int((time.monotonic() - since) * 1e6))


def numeric(address, port):
    return socket.getaddrinfo(address, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)[0][::4]


def is_own(address):
    try:
        family, place = numeric(address, 0)
        with socket.socket(family, socket.SOCK_DGRAM) as trial:
            trial.bind(place)
        return True
    except OSError:
        return False


class Place:
    """One address of one order, and the lines that it gives."""

    def __init__(self, order, address):
        self.order, self.address, self.lines, self.step = order, address, [], 0
        self.secret = "get=" in order["steps"]

    def note(self, *words):
        self.lines.append(" ".join(["pm", self.order["number"], self.address] + [str(word) for word in words]))

    def fail(self, number, since, at_call, icmp=("-",)):
        self.note("error", self.step, errno.errorcode.get(number, "UNKNOWN"), micros(since), int(at_call), *icmp)

    def open(self, kind):
        self.family, self.place = numeric(self.address, int(self.order["port"]))
        sock = socket.socket(self.family, kind)
        sock.setblocking(False)
        self.keeps = False
        if LINUX:
            try:
                sock.setsockopt(*RECVERR[self.family] + (1,))
                self.keeps = kind == socket.SOCK_DGRAM or KEEPS_TCP
            except OSError:
                pass
        return sock

    def errors(self, sock):
        """(errno, ICMP words) of each error that the kernel kept. SO_ERROR is read first: reading the queue may clear it."""
        pending, found = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), []
        while LINUX:
            try:
                quoted, ancillary, _, _ = sock.recvmsg(1500, 512, 0x2000 | socket.MSG_DONTWAIT)
            except OSError:
                break
            for level, kind, data in ancillary:
                if (level, kind) not in RECVERR.values() or len(data) < 16:
                    continue
                number, origin, type_, code = struct.unpack_from("=IBBB", data)
                icmp = ("none",) if self.keeps else ("-",)
                if origin in (2, 3) and len(data) >= 24:
                    family = struct.unpack_from("=H", data, 16)[0]
                    sender = socket.inet_ntop(family, data[20:24] if family == socket.AF_INET else data[24:40])
                    quote = "-" if self.secret else hexed(quoted)  # it would quote the community
                    icmp = (type_, code, sender, int(is_own(sender) and not is_own(self.address)), quote)
                found.append((number, icmp))
        if pending and not found:
            found.append((pending, ("none",) if self.keeps else ("-",)))
        return found

    # --- TCP: a handshake, and what is said in it

    def tcp(self):
        sock = None
        try:
            sock = self.open(socket.SOCK_STREAM)
            began = time.monotonic()
            result = sock.connect_ex(self.place)
            if result not in (0, errno.EINPROGRESS):
                return self.fail(result, began, True)
            if not self.wait(sock, began + int(self.order["wait"]) / 1000, writing=True):
                return self.note("quiet", 0, micros(began))
            for number, icmp in self.errors(sock):
                return self.fail(number, began, False, icmp)
            local = sock.getsockname()
            self.note("open", micros(began), local[0], local[1])
            if LINUX:
                sock.setsockopt(*RECVERR[self.family] + (0,))  # an open connection outlives ICMP errors
            self.talk(sock)
        except OSError as error:
            self.fail(error.errno or 0, time.monotonic(), sock is None)
        finally:
            if sock is not None:
                if self.order["steps"] == "-":
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # ends with a reset
                sock.close()

    @staticmethod
    def wait(sock, until, writing=False):
        poll = select.poll()
        poll.register(sock, select.POLLOUT if writing else select.POLLIN)
        return bool(poll.poll(max(0, (until - time.monotonic()) * 1000)))

    def talk(self, sock):
        self.tls, began = None, time.monotonic()
        for step in self.order["steps"].split(","):
            word, _, values = step.partition("=")
            if word == "hear":
                if not self.hear(sock, int(values), began):
                    return
            elif word == "say":
                self.send(sock, self.tls.seal(unhexed(values)) if self.tls else unhexed(values))
            elif word == "shut" and self.tls is None:
                sock.shutdown(socket.SHUT_WR)
            elif word == "tls":
                name, alpn, wait, hello = values.split(":")
                self.step += 1
                if ssl is None:
                    self.send(sock, unhexed(hello))
                    self.hear(sock, int(wait), time.monotonic())
                    return
                self.tls = Tls(name, alpn)
                if not self.tls.begin(self, sock, int(wait)):
                    return
            if word in ("say", "shut"):
                self.step += 1
                began = time.monotonic()

    def send(self, sock, data):
        until = time.monotonic() + 5
        while data and self.wait(sock, until, writing=True):
            data = data[sock.send(data) :]

    def hear(self, sock, wait, began):
        """Reads; False once nothing more can come, or if nothing came."""
        until, received = began + wait / 1000, 0
        while received < MOST and len(self.lines) < MOST_LINES:
            if not self.wait(sock, until):
                if not received:
                    self.note("quiet", self.step, micros(began))
                return received > 0
            try:
                raw = sock.recv(16384)
                data = self.tls.unseal(raw) if self.tls and raw else raw
            except ssl.SSLError if ssl else () as error:
                self.note("unsecured", self.step, micros(began), text(getattr(error, "reason", None) or error))
                return False
            except OSError as error:
                self.fail(error.errno, began, False)
                return False
            if data:
                received += len(data)
                self.note("received", self.step, micros(began), hexed(data))
                until = min(until, time.monotonic() + IDLE)
            if not raw or (self.tls and self.tls.ended):
                self.note("ended", self.step, micros(began))
                return False
        return True

    # --- UDP: datagrams one after the other, each from a connected socket

    def udp(self):
        steps = self.order["steps"].split(",")
        gap, sockets = int(self.order["wait"]) / 1000 / len(steps), []
        try:
            for step in steps:
                word, _, values = step.partition("=")
                aside = values.endswith("~")
                data = self.snmp(values) if word == "get" else unhexed(values.rstrip("~"))
                if data is None:
                    return self.note("unsent", "not-supported", text("no community was given in the variable " + values.split(":")[2]))
                sock = self.open(socket.SOCK_DGRAM)
                if LINUX:
                    sock.setsockopt(*RECVTTL[self.family] + (1,))
                self.step += 1
                began = time.monotonic()
                sockets.append((sock, self.step, began, aside))
                try:
                    sock.connect(self.place)
                    sock.send(data)
                except OSError as error:
                    found = self.errors(sock)
                    return self.fail(error.errno, began, not found, found[0][1] if found else ("-",))
                if self.answered(sockets, began + gap):
                    return
            self.note("quiet", self.step, micros(sockets[0][2]))
        finally:
            for one in sockets:
                one[0].close()

    def answered(self, sockets, until):
        poll = select.poll()
        for one in sockets:
            poll.register(one[0], select.POLLIN)
        while time.monotonic() < until and len(self.lines) < MOST_LINES:
            ready = {number for number, _ in poll.poll(max(0, (until - time.monotonic()) * 1000))}
            for sock, step, began, aside in sockets:
                if sock.fileno() in ready and self.read(sock, step, began) and not aside:
                    return True
        return False

    def read(self, sock, step, began):
        """Notes what came on one socket; True for what ends the order."""
        for number, icmp in self.errors(sock):
            self.step, now = step, self.step
            self.fail(number, began, False, icmp)
            self.step = now
            if len(icmp) == 1 or (icmp[0], icmp[1]) == (3, 3) or icmp[0] == (3 if self.family == socket.AF_INET else 1):
                return True
        try:
            data, ancillary, _, place = sock.recvmsg(65535, 256)
        except OSError:
            return False
        ttl = [struct.unpack("=i", part)[0] for level, kind, part in ancillary if (level, kind) in ((0, 2), (41, 52))]
        for community in communities.values():
            if community:
                data = data.replace(b"\x04" + length(community) + community, b"\x04" + length(community) + b"*" * len(community), 1)
        self.note("datagram", step, micros(began), hexed(data), place[0], place[1], ttl[0] if ttl else "-", int(time.time() * 1000))
        return True

    @staticmethod
    def snmp(values):
        version, pdu, variable = values.split(":")
        community = communities.get(variable)
        if community is None:
            return None
        body = b"\x02\x01" + bytes([int(version)]) + b"\x04" + length(community) + community + unhexed(pdu)
        return b"\x30" + length(body) + body

    # --- ICMP: the program ping

    def icmp(self):
        seconds = max(1, -(-int(self.order["wait"]) // 1000))
        try:
            child = subprocess.Popen(["ping", "-n", "-c", "1", "-W", str(seconds), self.address], stdin=subprocess.DEVNULL,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=dict(os.environ, LC_ALL="C"))
            output, _ = child.communicate(timeout=seconds + 3)
            self.note("ping", child.returncode & 255, hexed(output[:4096]))
        except OSError as error:
            cause = "program-missing" if error.errno == errno.ENOENT else "privilege"
            self.note("unsent", cause, text("the program ping could not be run: %s" % error))
        except subprocess.TimeoutExpired:
            child.kill()
            self.note("unsent", "internal", text("ping did not end"))


class Tls:
    """TLS that verifies nothing: what the other side shows is written down."""

    def __init__(self, name, alpn):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        warnings.simplefilter("ignore")  # old versions of TLS are offered too: what the other side can do is a fact
        try:
            context.set_ciphers("DEFAULT@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
        except (AttributeError, ValueError, ssl.SSLError):
            pass
        if alpn != "-":
            context.set_alpn_protocols([alpn])
        self.incoming, self.outgoing, self.ended = ssl.MemoryBIO(), ssl.MemoryBIO(), False
        self.object = context.wrap_bio(self.incoming, self.outgoing, server_hostname=None if name == "-" else name)

    def begin(self, place, sock, wait):
        began, raw = time.monotonic(), b""
        failure = None
        while True:
            try:
                self.object.do_handshake()
                break
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError as error:
                failure = getattr(error, "reason", None) or str(error)
            place.send(sock, self.outgoing.read())
            if failure is None:
                if not place.wait(sock, began + wait / 1000):
                    place.note("received", place.step, micros(began), hexed(raw)) if raw else None
                    place.note("quiet", place.step, micros(began))
                    return False
                try:
                    data = sock.recv(16384)
                except OSError as error:
                    place.fail(error.errno, began, False)
                    return False
                raw += data
                if data:
                    self.incoming.write(data)
                    continue
            place.note("received", place.step, micros(began), hexed(raw[:16384])) if raw else None
            place.note("unsecured", place.step, micros(began), text(failure)) if failure else place.note("ended", place.step, micros(began))
            return False
        place.send(sock, self.outgoing.read())
        place.note("secured", place.step, micros(began), self.object.version(), *[hexed(one) for one in self.chain()[:10]])
        return True

    def chain(self):
        try:  # Python 3.13, and what 3.10 had of it; older ones give the server's own certificate alone
            if hasattr(self.object, "get_unverified_chain"):
                return [bytes(one) for one in self.object.get_unverified_chain()]
            return [one.public_bytes(2) for one in self.object._sslobj.get_unverified_chain()]
        except Exception:
            own = self.object.getpeercert(True)
            return [own] if own else []

    def seal(self, data):
        self.object.write(data)
        return self.outgoing.read()

    def unseal(self, raw):
        self.incoming.write(raw)
        data = b""
        while True:
            try:
                part = self.object.read(16384)
            except ssl.SSLWantReadError:
                return data
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                part = b""
            if not part:
                self.ended = True
                return data
            data += part


def length(data):
    return bytes([len(data)]) if len(data) < 128 else bytes([0x81, len(data)]) if len(data) < 256 else b"\x82" + struct.pack(">H", len(data))


communities = {}


def ask_for_communities(orders):
    names = sorted({word.rsplit(":", 1)[1] for order in orders for word in order["steps"].split(",") if word.startswith("get=")})
    for name in names:
        value = os.environ.get(name)
        if not value and os.path.exists("/dev/tty") and sys.stderr.isatty():
            value = getpass.getpass("SNMP community (%s), empty to leave it out: " % name)
        communities[name] = value.encode() if value else None


def resolve(order):
    """Addresses of the target; a line if there are none."""
    try:
        numeric(order["target"], 0)
        return [order["target"]], []
    except OSError:
        pass
    try:
        found = [place[0] for _, _, _, _, place in socket.getaddrinfo(order["target"], None, 0, socket.SOCK_STREAM)]
        return list(dict.fromkeys(found))[:16], []
    except (OSError, UnicodeError) as error:
        return [], ["pm %s - nameless %s" % (order["number"], text(getattr(error, "strerror", None) or error))]


def leads_home(name, address):
    """Why an address that a name led to is not asked: it is this machine itself, or no host. A bind sends nothing."""
    if name == address or (".%s." % name.lower().rstrip(".")).endswith(".localhost."):
        return None
    family, place = numeric(address, 0)
    packed = socket.inet_pton(family, place[0].split("%")[0])
    if packed[0] in ((255,) if family == socket.AF_INET6 else range(224, 256)):
        return "which is no host but a multicast or broadcast address"
    return "which is this machine itself" if is_own(address) else None


def carry_out(order):
    if order["steps"].startswith("unsent="):
        return ["pm %s - unsent not-supported %s" % (order["number"], order["steps"][7:])]
    addresses, lines = resolve(order)
    for address in addresses:
        place = Place(order, address)
        try:
            home = leads_home(order["target"], address)
            if home:
                why = "%s resolves to %s there, %s; nothing was sent" % (order["target"], address, home)
                place.note("unsent", "name-leads-home", text(why))
            else:
                getattr(place, order["protocol"])()
        except Exception as error:
            place.note("unsent", "internal", text("%s: %s" % (type(error).__name__, error)))
        lines += place.lines
    return lines


def carry_out_all(orders):
    lines, gates, waiting = {}, {}, list(orders)
    for order in orders:
        gates.setdefault(order["target"], threading.Semaphore(FOR_ONE_TARGET))
    lock = threading.Lock()

    def work():
        while True:
            with lock:
                if not waiting:
                    return
                order = waiting.pop(0)
                time.sleep(0.01)  # no bursts
            with gates[order["target"]]:
                lines[order["number"]] = carry_out(order)

    threads = [threading.Thread(target=work) for _ in range(min(AT_ONCE, len(orders)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [line for order in orders for line in lines.get(order["number"], [])]


def listening():
    """On which of the ports that others ask something listens here, as the kernel lists it. Sends nothing."""
    asked = [line.split()[2:] for line in HEAD.splitlines() if line.startswith("pm asked ")]
    wanted, found = set(asked[0]) if asked else set(), []
    if not wanted:
        return []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        try:
            with open("/proc/net/" + table) as file:
                rows = [row.split() for row in file][1:]
        except OSError as error:
            if table == "tcp":
                return ["pm listens - " + text("/proc/net/tcp: %s" % error.strerror)]
            continue
        for row in rows:
            digits, port = row[1].split(":")
            place = "%s/%d" % (table[:3], int(port, 16))
            if place in wanted and row[3] == ("0A" if table[:3] == "tcp" else "07"):
                packed = b"".join(struct.pack("=I", int(digits[at : at + 8], 16)) for at in range(0, len(digits), 8))
                found.append("%s/%s" % (place, socket.inet_ntop(socket.AF_INET6 if "6" in table else socket.AF_INET, packed)))
    found, only = sorted(set(found)), v6only() if any(one.endswith("/::") for one in found) else set()
    if only:
        found = [one + "/v6only" if one.endswith("/::") and one[:-3] in only else one for one in found]
    mine = ["own/" + one if is_own(one) else "foreign/" + one for one in sorted(wanted) if "/" not in one]
    return [" ".join(["pm listens", "kernel" if only is None else "kernel+ss"] + found + mine)]


def v6only():
    """Ports whose socket of :: takes no IPv4; only ss knows it. None where there is no ss that says so."""
    try:
        said = subprocess.run(["ss", "-Hlntue"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    lines = said.stdout.decode("ascii", "replace").splitlines()
    if said.returncode or not any(" v6only:" in line for line in lines):
        return None
    rows = [line.split() for line in lines if " v6only:1" in line]
    return {row[0] + "/" + row[4].rsplit(":", 1)[1] for row in rows if len(row) > 4 and ":" in row[4]}


def own_hash():
    try:
        with open(__file__, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except (NameError, OSError):
        return "-"


def main(arguments):
    hides = "--no-listeners" in arguments
    arguments = [one for one in arguments if one != "--no-listeners"]
    given = dict(zip(arguments[::2], arguments[1::2]))
    if arguments == ["--list"]:
        print(ORDERS.strip() + "\n# This is what would be sent. Nothing was sent.")
        return 0
    if len(arguments) % 2 or set(given) - {"--out", "--unreached", "--by"}:
        print("usage: [--list] [--out FILE] [--unreached TEXT] [--no-listeners]", file=sys.stderr)
        return 2
    keys = ("number", "protocol", "target", "port", "wait", "often", "steps")
    orders = [dict(zip(keys, line.split())) for line in ORDERS.splitlines() if line and not line.startswith("#")]
    lines = HEAD.strip().splitlines()
    lines.append("pm script " + (given.get("--by") or "python %s %s" % (SCRIPT, own_hash())))
    lines.append("pm tool Python " + sys.version.split()[0])
    lines.append("pm began %d" % time.time())
    if "--unreached" in given:
        lines.append("pm unreached " + text(given["--unreached"]))
    else:
        ask_for_communities(orders)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the terminal is as it was; threads would go on
        lines += [] if hides else listening()
        lines += carry_out_all(orders)
    lines.append("pm finished %d" % time.time())
    whole = "".join(line + "\n" for line in lines)
    total = hashlib.sha256(whole.encode()).hexdigest()
    whole = "-----BEGIN PORTMATRIX FRAGMENT-----\n%s-----END PORTMATRIX FRAGMENT %d sha256:%s-----\n" % (whole, len(lines), total)
    if "--out" not in given:
        sys.stdout.write(whole)
        sys.stdout.flush()
        return 0
    part = given["--out"] + ".part"
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(whole)
    os.rename(part, given["--out"])
    return 0


try:
    sys.exit(main(sys.argv[1:]))
except KeyboardInterrupt:
    sys.exit(130)
