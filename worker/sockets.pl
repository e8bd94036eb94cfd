# The sockets of this machine, for portmatrix on another one: the same as sockets.py, whose head describes the lines, for
# machines without Python. perl 5.14 or newer with the modules of Debian's perl-base alone.
use strict;
use warnings;
use Errno;
use Fcntl;
use POSIX ();
use Socket qw(:DEFAULT :addrinfo inet_ntop IPPROTO_TCP);

$SIG{PIPE} = "IGNORE";
my ($MSG_DONTWAIT, $MSG_ERRQUEUE) = (0x40, 0x2000);
my ($CHUNK, $MOST_LINE) = (16384, 1 << 20);
my %RECVERR = (AF_INET, [0, 11], AF_INET6, [41, 25]);
my %LEAST_TTL = (AF_INET, [0, 21], AF_INET6, [41, 73]); # IP_MINTTL, IPV6_MINHOPCOUNT
my %RECVTTL = (AF_INET, [0, 12], AF_INET6, [41, 51]);
my @uname = POSIX::uname();
my $is_linux = $uname[0] eq "Linux";
# Numbers of system calls: recvmsg(2), clock_gettime(2). Elsewhere an errno is all that is known.
my %calls = (
    x86_64 => [47, 228], aarch64 => [212, 113], riscv64 => [212, 113], ppc64le => [342, 246], s390x => [372, 260],
);
my ($RECVMSG, $CLOCK) = @{ $is_linux && length(pack "P", "") == 8 && $calls{ $uname[4] } || [] };
my ($major, $minor) = $uname[2] =~ /^(\d+)\.(\d+)/;
# Older kernels keep no ICMP errors of TCP connections (Linux 5.8, tcp_v4_err), so none proves nothing there.
my $keeps_tcp_errors = defined $RECVMSG && defined $minor && $major * 1000 + $minor >= 5008;
my %errno_name;
for my $name (sort { length $b <=> length $a || $b cmp $a } grep { /^E[A-Z0-9]+$/ } keys %!) {
    my $number = Errno->can($name) or next;
    $errno_name{ $number->() } = $name;
}
@errno_name{ Errno::EAGAIN(), Errno::EOPNOTSUPP() } = ("EAGAIN", "EOPNOTSUPP");

my ($out, %sockets, %children, @quiets) = ("");
my $is_server = 0; # the process that serves the ports which root took
binmode STDIN;
binmode STDOUT;

sub say_ { $out .= join(" ", @_) . "\n" }
sub name_of { $errno_name{ $_[0] } // "UNKNOWN" }
sub hexed { length $_[0] ? unpack("H*", $_[0]) : "-" }
sub unhexed { $_[0] eq "-" ? "" : pack("H*", $_[0]) }

# Seconds of a clock: 0 that of the day, 1 one that never goes back.
my $has_hires = eval { require Time::HiRes; Time::HiRes::clock_gettime(1); 1 };
sub clock {
    return Time::HiRes::clock_gettime($_[0]) if $has_hires;
    if (defined $CLOCK) {
        my $time = "\0" x 16;
        return do { my ($s, $ns) = unpack "qq", $time; $s + $ns / 1e9 } if syscall($CLOCK, $_[0], $time) == 0;
    }
    return $_[0] == 0 ? time : (POSIX::times())[0] / POSIX::sysconf(POSIX::_SC_CLK_TCK());
}
sub micros { my $us = int((clock(1) - $_[0]) * 1e6); $us > 0 ? $us : 0 }

sub flush_ {
    while (length $out) {
        my $count = syswrite STDOUT, $out;
        if (defined $count) { substr($out, 0, $count) = "" }
        elsif ($!{EAGAIN}) { select undef, undef, undef, 0.001 }
        else { finish(0) }
    }
}

my %servers; # the end of a pipe that is read => a process that serves ports

sub finish { kill "KILL", map { $_->{pid} } values %children, values %servers; POSIX::_exit($_[0]) }

# Never returns from what never ends by itself.
sub attempt {
    my ($act) = @_;
    return if eval { $act->(); 1 };
    my $why = ref $@ ? "errno " . name_of($@->{errno}) : $@;
    say_("failed", unpack "H*", substr $why, 0, 400);
    flush_();
    finish(1);
}

# Family and socket address of a literal; dies with an errno.
sub numeric {
    my ($address, $port) = @_;
    my ($error, $place) = getaddrinfo($address, $port, { flags => AI_NUMERICHOST, socktype => SOCK_STREAM });
    die { errno => Errno::EINVAL() } if $error || !$place;
    return ($place->{family}, $place->{addr});
}

sub endpoint { my (undef, $host, $port) = getnameinfo($_[0], NI_NUMERICHOST | NI_NUMERICSERV); ($host // "-", $port // 0) }

sub is_own {
    my ($address) = @_;
    return eval {
        my ($family, $place) = numeric($address, 0);
        socket(my $trial, $family, SOCK_DGRAM, 0) or return 0;
        bind $trial, $place;
    } ? 1 : 0;
}

# One recvmsg(2): bytes, source, ancillary data as [level, kind, bytes]...; nothing if there is none.
sub receive_message {
    my ($handle, $flags) = @_;
    my ($name, $bytes, $control) = ("\0" x 128, "\0" x 65536, "\0" x 512);
    my $iov = pack "PQ", $bytes, length $bytes;
    my $header = pack "PL x4 PQ PQ l x4", $name, 128, $iov, 1, $control, 512, 0;
    my $count = syscall($RECVMSG, fileno($handle), $header, $flags | $MSG_DONTWAIT);
    return if $count < 0;
    my (undef, $name_length, undef, undef, undef, $control_length) = unpack "QL x4 QQ QQ", $header;
    my ($at, @ancillary) = (0);
    while ($at + 16 <= $control_length) {
        my ($length, $level, $kind) = unpack "Qll", substr $control, $at, 16;
        last if $length < 16 || $at + $length > $control_length;
        push @ancillary, [$level, $kind, substr $control, $at + 16, $length - 16];
        $at += ($length + 7) & ~7;
    }
    return (substr($bytes, 0, $count), substr($name, 0, $name_length), @ancillary);
}

# [errno, ICMP words...] of each error, oldest first. SO_ERROR is read first: reading the queue may clear it.
sub errors_of {
    my ($one) = @_;
    my $pending = unpack "i", getsockopt($one->{handle}, SOL_SOCKET, SO_ERROR) // pack "i", 0;
    my $without = $one->{keeps_errors} ? "none" : "-";
    my @found;
    while (defined $RECVMSG && $one->{has_queue}) {
        my ($quoted, undef, @ancillary) = receive_message($one->{handle}, $MSG_ERRQUEUE);
        last unless defined $quoted;
        for (@ancillary) {
            my ($level, $kind, $data) = @$_;
            next unless grep { $_->[0] == $level && $_->[1] == $kind } values %RECVERR;
            (my ($number, $origin, $type, $code), $one->{info}) = unpack "LCCCxL", $data;
            my @icmp = ($without);
            if (($origin == 2 || $origin == 3) && length $data >= 24) {
                my $family = unpack "S", substr $data, 16, 2;
                my $sender = inet_ntop($family, $family == AF_INET ? substr($data, 20, 4) : substr($data, 24, 16));
                my $own = is_own($sender) && !is_own($one->{address}) ? 1 : 0;
                @icmp = ($type, $code, $sender, $own, hexed($quoted));
            }
            push @found, [$number, @icmp];
        }
    }
    push @found, [$pending, $without] if $pending && !@found;
    return @found;
}

sub fail { my ($one, $number, $at_call, @icmp) = @_; say_("error", $one->{id}, name_of($number), $at_call, micros($one->{began}), @icmp) }

sub close_ {
    my ($one, $reset) = @_;
    delete $sockets{ $one->{id} };
    if ($one->{kind} eq "handed") { $one->{server}{closing}{ $one->{id} } = 1; return order_($one->{server}, "close", $one->{id}) }
    setsockopt($one->{handle}, SOL_SOCKET, SO_LINGER, pack "ii", 1, 0) if $reset;
    close $one->{handle};
    say_("closed", $one->{id}) if $is_server;
}

sub set_flag { my ($handle, $option, $value) = @_; setsockopt($handle, $option->[0], $option->[1], pack "i", $value) }

sub check { $_[0] or die { errno => 0 + $! } }

sub make_socket {
    my ($id, $address, $port, $kind, $protocols) = @_;
    my ($family, $place) = numeric($address, $port);
    check(socket(my $handle, $family, $kind, $protocols ? $protocols->{$family} : 0));
    fcntl($handle, F_SETFL, fcntl($handle, F_GETFL, 0) | O_NONBLOCK);
    my $one = { id => $id, address => $address, family => $family, place => $place, handle => $handle, began => clock(1) };
    $one->{has_queue} = $is_linux && set_flag($handle, $RECVERR{$family}, 1);
    $one->{keeps_errors} = $one->{has_queue} && defined $RECVMSG && ($kind == SOCK_DGRAM || $keeps_tcp_errors);
    return $one;
}

sub open_tcp {
    my ($id, $address, $port, $least_ttl) = @_;
    my $one = make_socket($id, $address, $port, SOCK_STREAM);
    if (defined $least_ttl) {
        die { errno => Errno::ENOPROTOOPT() } unless $is_linux;
        check(set_flag($one->{handle}, $LEAST_TTL{ $one->{family} }, $least_ttl));
    }
    @$one{qw(kind connecting credit pending ending)} = ("tcp", 1, 0, "", 0);
    $one->{began} = clock(1);
    check(connect($one->{handle}, $one->{place}) || $!{EINPROGRESS});
    $sockets{$id} = $one;
}

sub open_datagrams {
    my ($id, $address, $port, $mode, $protocols) = @_;
    my $one = make_socket($id, $address, $port, SOCK_DGRAM, $protocols);
    $one->{kind} = "datagrams";
    $one->{connected} = $mode eq "connected";
    set_flag($one->{handle}, $RECVTTL{ $one->{family} }, 1) if $is_linux;
    if ($one->{connected}) { check(connect($one->{handle}, $one->{place})) }
    else { check(bind($one->{handle}, (numeric($one->{family} == AF_INET ? "0.0.0.0" : "::", 0))[1])) }
    my ($host, $own_port) = endpoint(getsockname $one->{handle});
    say_("bound", $id, $protocols ? ("-", 0) : ($host, $own_port));
    $sockets{$id} = $one;
}

sub opened {
    my ($one) = @_;
    my ($measured, $repeated) = (micros($one->{began}), 0);
    if ($is_linux) {
        set_flag($one->{handle}, $RECVERR{ $one->{family} }, 0); # an open connection outlives ICMP errors
        $one->{has_queue} = 0;
        my $info = getsockopt($one->{handle}, IPPROTO_TCP, 11);
        if (defined $info && length $info >= 104) {
            my $rtt = unpack "L", substr $info, 68, 4;
            $repeated = unpack "L", substr $info, 100, 4;
            $measured = $rtt if !$repeated && $rtt > 0 && $rtt < $measured;
        }
    }
    $one->{connecting} = 0;
    say_("open", $one->{id}, endpoint(getsockname $one->{handle}), $measured, $repeated);
}

sub ready_tcp {
    my ($one, $reads, $writes) = @_;
    if ($one->{connecting}) {
        my ($error) = errors_of($one);
        if ($error) { my ($number, @icmp) = @$error; fail($one, $number, 0, @icmp); return close_($one) }
        return defined getpeername($one->{handle}) ? opened($one) : undef;
    }
    if ($writes && length $one->{pending}) {
        my $count = syswrite $one->{handle}, $one->{pending};
        if (!defined $count) { return $!{EAGAIN} ? undef : do { fail($one, 0 + $!, 0, "-"); close_($one) } }
        substr($one->{pending}, 0, $count) = "";
        say_("sent", $one->{id}) unless length $one->{pending};
    }
    if ($one->{ending} && !length $one->{pending}) { $one->{ending} = 0; shutdown $one->{handle}, 1 }
    if ($reads && $one->{credit} > 0) {
        my $count = sysread $one->{handle}, my $data, $one->{credit} < $CHUNK ? $one->{credit} : $CHUNK;
        if (!defined $count) { return $!{EAGAIN} ? undef : do { fail($one, 0 + $!, 0, "-"); close_($one) } }
        $one->{credit} = $count ? $one->{credit} - $count : 0;
        say_($count ? ("data", $one->{id}, unpack "H*", $data) : ("end", $one->{id}));
    }
}

sub ready_datagrams {
    my ($one) = @_;
    for (errors_of($one)) { my ($number, @icmp) = @$_; fail($one, $number, 0, @icmp) }
    for (1 .. 64) {
        my ($data, $source, @ancillary) = defined $RECVMSG ? receive_message($one->{handle}, 0) : do {
            my $bytes = "";
            my $from = recv $one->{handle}, $bytes, 65535, $MSG_DONTWAIT;
            defined $from ? ($bytes, length $from ? $from : $one->{place}) : ();
        };
        return unless defined $data;
        my ($host, $port) = endpoint(length $source ? $source : $one->{place});
        my ($ttl) = map { unpack "i", $_->[2] } grep { ($_->[0] == 0 && $_->[1] == 2) || ($_->[0] == 41 && $_->[1] == 52) } @ancillary;
        say_("datagram", $one->{id}, $host, $port, micros($one->{began}), int(clock(0) * 1000), $ttl // "-", hexed($data));
    }
}

sub send_data {
    my ($one, $data) = @_;
    if ($one->{kind} eq "tcp") { $one->{pending} .= $data; return }
    $one->{began} = clock(1);
    return if defined($one->{connected} ? send($one->{handle}, $data, 0) : send($one->{handle}, $data, 0, $one->{place}));
    my $number = 0 + $!;
    # An error of an earlier datagram is told here as well; the queue says which one it was.
    my @found = errors_of($one);
    for (@found) { my ($number, @icmp) = @$_; fail($one, $number, 0, @icmp) }
    fail($one, $number, 1, "-") unless @found;
}

# Runs something in a process of its own; what it prints is handed to `act` with its exit code.
sub in_child {
    my ($work, $act) = @_;
    check(pipe my $reader, my $writer);
    my $pid = fork;
    check(defined $pid);
    if (!$pid) {
        close $_->{orders} for values %servers; # they end with this process alone
        open STDIN, "<", "/dev/null";
        open STDOUT, ">&", $writer;
        open STDERR, ">&", $writer;
        $| = 1;
        eval { $work->(); 1 } or POSIX::_exit(126);
        POSIX::_exit(0);
    }
    close $writer;
    $children{ fileno $reader } = { pid => $pid, handle => $reader, text => "", act => $act };
}

my %lookup_code = (EAI_NONAME, "ENOTFOUND", EAI_AGAIN, "EAI_AGAIN", eval { Socket::EAI_NODATA() } // -5, "ENODATA");

sub look_up {
    my ($id, $name) = @_;
    in_child(
        sub {
            my ($error, @found) = getaddrinfo($name, "", { socktype => SOCK_STREAM });
            if ($error) { syswrite STDOUT, join " ", "nameless", $id, $lookup_code{ 0 + $error } // "EAI_FAIL", hexed("$error"); return }
            my (%seen, @places);
            for (@found) { my ($host) = endpoint($_->{addr}); push @places, "$host/" . is_own($host) unless $seen{$host}++ }
            splice @places, 256;
            syswrite STDOUT, join " ", "names", $id, @places;
        },
        sub { say_($_[0] =~ /^name/ ? $_[0] : "nameless $id EAI_FAIL -") },
    );
}

sub run_ping {
    my ($id, $address, $seconds) = @_;
    in_child(
        sub { $ENV{LC_ALL} = "C"; alarm $seconds + 3; exec("ping", "-n", "-c", "1", "-W", $seconds, $address) or POSIX::_exit($!{ENOENT} ? 127 : 126) },
        sub {
            my ($text, $status) = @_;
            if ($status >> 8 == 127 || $status >> 8 == 126) { say_("error", $id, $status >> 8 == 127 ? "ENOENT" : "EACCES", 1, 0, "-") }
            elsif (($status & 127) == 14) { say_("error", $id, "ETIMEDOUT", 1, 0, "-") }
            else { say_("ping", $id, $status >> 8, hexed(substr $text, 0, 8192)) }
        },
    );
}

sub ask_route {
    my ($id, $address) = @_;
    eval {
        my ($family, $place) = numeric($address, 9);
        check(socket(my $trial, $family, SOCK_DGRAM, 0));
        check(connect($trial, $place)); # sends nothing, looks up the route
        1;
    } ? say_("route", $id, "-") : ref $@ ? say_("route", $id, name_of($@->{errno})) : die $@;
}

sub or_error {
    my ($id, $make) = @_;
    eval { $make->(); 1 } and return;
    die $@ unless ref $@;
    say_("error", $id, name_of($@->{errno}), 1, 0, "-");
}

# Bounds for what strangers send to a port that is held: connections at a time, seconds until one has said its line, lines
# in a second, and what may wait for this side's reader.
my ($MOST_CONNECTIONS, $PATIENCE, $MOST_LINES, $MOST_WAITING) = (256, 2, 2000, 1 << 20);
my (%connections, $serial, @granted);
my $oldest = 0;
my $rest = ""; # of a line of orders

sub may_tell {
    my $now = clock(1);
    my ($left, $since) = @granted ? @granted : ($MOST_LINES, $now);
    $left += ($now - $since) * $MOST_LINES;
    $left = $MOST_LINES if $left > $MOST_LINES;
    @granted = ($left, $now);
    return 0 if $left < 1 || length $out > $MOST_WAITING;
    return $granted[0] -= 1;
}

# Root takes ports and has nothing to do with what comes to them: they go to a process of this user, which Linux knows by
# its number on every system, those that are asked for together to one. It ends with its last port and with this one.
my ($NOBODY, $GATHERED_S) = (65534, 0.02);
my $is_root = $< == 0 || $> == 0;
my @taken; # listeners that no process has yet
my %postponed; # orders for ports that were in use, while ports are still being given back: number => words

sub plain { my ($host, $port) = endpoint($_[0]); $host =~ s/%.*//; ($host, $port) }

sub open_listener {
    my ($id, $protocol, $address, $port, $seconds, $length, $word) = @_;
    my ($family, $place) = numeric($address, $port);
    my $is_tcp = $protocol eq "tcp";
    check(socket(my $handle, $family, $is_tcp ? SOCK_STREAM : SOCK_DGRAM, 0));
    fcntl($handle, F_SETFL, fcntl($handle, F_GETFL, 0) | O_NONBLOCK);
    setsockopt($handle, 41, $is_linux ? 26 : Socket::IPV6_V6ONLY(), pack "i", 1) if $family == AF_INET6;
    # Connections of before that are not forgotten yet; never for datagrams, which it would steal.
    setsockopt($handle, SOL_SOCKET, SO_REUSEADDR, pack "i", 1) if $is_tcp;
    set_flag($handle, $RECVTTL{$family}, 1) if !$is_tcp && $is_linux;
    if (!bind $handle, $place) {
        die { errno => 0 + $! } unless $!{EADDRINUSE} && is_closing();
        $postponed{$id} = [@_]; # it may be this one's own port of before
        return;
    }
    if ($is_tcp) {
        setsockopt($handle, IPPROTO_TCP, 27, pack "i", 1) if $is_linux; # TCP_SAVE_SYN
        check(listen($handle, 1024)); # a full queue looks like an answer that is lost
    }
    $sockets{$id} = {
        id => $id, kind => $is_root ? "taken" : "listener", is_tcp => $is_tcp, handle => $handle, family => $family, length => $length,
        word => unhexed($word), until => clock(1) + $seconds, began => clock(1), bound => [$id, $address, $port],
    };
    if ($is_root) { push @taken, $sockets{$id} }
    else { say_("bound", $id, $address, $port) }
}

# Gives the ports that root took to a process without its rights. What it says of others than its own ports is not passed on.
sub hand_over {
    my @listeners = grep { ($sockets{ $_->{id} } // 0) == $_ } @taken;
    @taken = ();
    return unless @listeners;
    flush_(); # none of it is said twice
    my ($for_it, $orders, $reports, $of_it);
    my $pid = pipe($for_it, $orders) && pipe($reports, $of_it) ? fork : undef;
    if (!defined $pid) { # no process for it
        my $number = 0 + $!;
        for (@listeners) { close_($_, 0); say_("error", $_->{id}, name_of($number), 1, 0, "-") }
        return;
    }
    if (!$pid) {
        attempt(sub { serve(\@listeners, $for_it, $of_it) });
        POSIX::_exit(1);
    }
    close $_ for $for_it, $of_it;
    fcntl($orders, F_SETFL, fcntl($orders, F_GETFL, 0) | O_NONBLOCK); # it may wait for this one to read
    my $server = { pid => $pid, orders => $orders, reports => $reports, pending => "", rest => "", ids => {}, closing => {} };
    $servers{ fileno $reports } = $server;
    for (@listeners) {
        close $_->{handle};
        $server->{ids}{ $_->{id} } = 1;
        $sockets{ $_->{id} } = { id => $_->{id}, kind => "handed", server => $server, began => $_->{began} };
    }
}

sub is_closing { return scalar grep { %{ $_->{closing} } } values %servers }

sub order_ { my ($server, @words) = @_; $server->{pending} .= join(" ", @words) . "\n"; pass_on($server) }

sub pass_on {
    my ($server) = @_;
    while (length $server->{pending}) {
        my $count = syswrite $server->{orders}, $server->{pending};
        if (defined $count) { substr($server->{pending}, 0, $count) = "" }
        elsif ($!{EAGAIN}) { return }
        else { $server->{pending} = "" } # it has given back all of its ports
    }
}

sub ready_server {
    my ($server) = @_;
    my $count = sysread $server->{reports}, my $chunk, 65536;
    my @lines = split /\n/, $server->{rest} . ($chunk // ""), -1;
    $server->{rest} = pop @lines // "";
    for (@lines) {
        my ($word, $id) = split " " or next;
        die unhexed($id // "-") . "\n" if $word eq "failed";
        die "what serves the ports says what it was not asked\n" unless $word =~ /^(?:bound|arrived|error|closed)$/ && $server->{ids}{ $id // "" };
        if ($word eq "closed") { delete $server->{closing}{$id} }
        elsif ($word ne "arrived" || may_tell()) { $out .= "$_\n" }
    }
    return if $count;
    delete $servers{ fileno $server->{reports} };
    close $_ for $server->{reports}, $server->{orders};
    waitpid $server->{pid}, 0;
    die "what serves the ports has ended\n" if $?;
    delete @sockets{ grep { $sockets{$_} && $sockets{$_}{kind} eq "handed" } keys %{ $server->{ids} } };
}

# What the process without rights does: nothing is open in it but its ports and the pipes to the one that started it.
sub serve {
    my ($listeners, $for_it, $of_it) = @_;
    $is_server = 1;
    my %mine = map { ($_->{id} => $_) } @$listeners;
    close $_->{handle} for grep { $_->{handle} && !$mine{ $_->{id} } } values %sockets;
    close $_->{handle} for values %children;
    for (values %servers) { close $_->{orders}; close $_->{reports} }
    (%sockets, %children, %servers, @quiets) = ();
    ($out, $rest) = ("", "");
    POSIX::dup2(fileno $for_it, 0);
    POSIX::dup2(fileno $of_it, 1);
    open my $nothing, "+<", "/dev/null" or die "no /dev/null\n";
    POSIX::dup2(fileno $nothing, 2);
    close $_ for $for_it, $of_it, $nothing;
    my $keeps = keeps_root();
    for (@$listeners) {
        if ($keeps) { say_("error", $_->{id}, "KEEPSROOT", 1, 0, "-"); next }
        $_->{kind} = "listener";
        $sockets{ $_->{id} } = $_;
        say_("bound", @{ $_->{bound} });
    }
    turn() while 1;
}

# True if root's rights stay. Who is root of nothing but a user namespace that knows no other user is an ordinary user.
sub keeps_root {
    $) = "$NOBODY $NOBODY"; # its groups are this one alone
    if ($) ne "$NOBODY $NOBODY" || !POSIX::setgid($NOBODY) || !POSIX::setuid($NOBODY)) { return !is_root_of_nothing() }
    return POSIX::setuid(0) || $< == 0 || $> == 0 || $( !~ /^$NOBODY(?: $NOBODY)*$/;
}

sub is_root_of_nothing {
    my @rows = map { [split " "] } lines_of("/proc/self/uid_map");
    return @rows && !grep { my ($first, $outside, $count) = @$_; ($first <= $NOBODY && $NOBODY < $first + $count) || ($first == 0 && $outside == 0) } @rows;
}

sub tell_arrived {
    my ($one, $host, $port, $ttl, $data) = @_;
    say_("arrived", $one->{id}, $host, $port, int(clock(0) * 1000), $ttl // "-", hexed($data));
}

sub ready_listener {
    my ($one) = @_;
    for (1 .. 512) {
        if ($one->{is_tcp}) {
            my $from = accept(my $handle, $one->{handle}) or return;
            fcntl($handle, F_SETFL, fcntl($handle, F_GETFL, 0) | O_NONBLOCK);
            if (keys %connections >= $MOST_CONNECTIONS) {
                # The oldest that has not said its line; those that have are answered soon.
                $oldest++ while $oldest < $serial && (!$connections{$oldest} || $connections{$oldest}{told});
                end_connection($connections{$oldest}, 1) if $connections{$oldest};
            }
            my ($host, $port) = plain($from);
            my $number = ++$serial;
            $connections{$number} = {
                serial => $number, listener => $one, handle => $handle, host => $host, port => $port, held => "", due => clock(1) + $PATIENCE,
            };
            next;
        }
        my ($data, $source, @ancillary) = defined $RECVMSG ? receive_message($one->{handle}, 0) : do {
            my $from = recv $one->{handle}, my $bytes = "", 65535, $MSG_DONTWAIT;
            defined $from ? ($bytes, $from) : ();
        };
        return unless defined $data;
        next unless length $data == $one->{length} && index($data, $one->{word}) == 0 && length $source && may_tell();
        my ($ttl) = map { unpack "i", $_->[2] } grep { ($_->[0] == 0 && $_->[1] == 2) || ($_->[0] == 41 && $_->[1] == 52) } @ancillary;
        tell_arrived($one, plain($source), $ttl, $data);
    }
}

sub ready_connection {
    my ($one) = @_;
    my $listener = $one->{listener};
    my $count = sysread $one->{handle}, my $data, $listener->{length} + 1 - length $one->{held};
    return if !defined $count && $!{EAGAIN};
    return end_connection($one, 1) if !$count || $one->{told};
    $one->{held} .= $data;
    my $length = length $one->{held};
    my $word = substr $listener->{word}, 0, $length;
    my $is_wrong = $length > $listener->{length} || substr($one->{held}, 0, length $word) ne $word;
    return end_connection($one, 1) if $is_wrong || ($length == $listener->{length} && !may_tell());
    return if $length < $listener->{length};
    $one->{told} = 1;
    my $syn = $is_linux ? getsockopt($one->{handle}, IPPROTO_TCP, 28) : undef; # TCP_SAVED_SYN
    my $has_syn = defined $syn && length $syn >= 20;
    my $ttl = $has_syn ? ord substr $syn, (ord $syn) >> 4 == 4 ? 8 : 7, 1 : undef;
    tell_arrived($listener, $one->{host}, $one->{port}, $ttl, $one->{held});
}

sub end_connection {
    my ($one, $reset) = @_;
    delete $connections{ $one->{serial} } or return;
    setsockopt($one->{handle}, SOL_SOCKET, SO_LINGER, pack "ii", 1, 0) if $reset;
    close $one->{handle};
}

sub answer {
    my ($id, $host, $port, $data) = @_;
    my $listener = $sockets{$id} or return;
    return order_($listener->{server}, "answer", $id, $host, $port, $data) if $listener->{kind} eq "handed";
    $data = unhexed($data);
    if (!$listener->{is_tcp}) {
        return unless length $data;
        my (undef, $place) = numeric($host, $port);
        send $listener->{handle}, $data, 0, $place;
        return;
    }
    my ($one) = grep { $_->{listener} == $listener && $_->{host} eq $host && $_->{port} == $port } values %connections;
    return unless $one;
    return end_connection($one, 1) unless length $data && syswrite $one->{handle}, $data;
    shutdown $one->{handle}, 1; # the sender closes it, or its time is over
}

# Ends what is over, and says how long to wait for the next.
sub give_back {
    my $now = clock(1);
    end_connection($_, 1) for grep { $_->{due} <= $now } values %connections;
    close_($_, 0) for grep { $_->{kind} eq "listener" && $_->{until} <= $now } values %sockets;
    hop_over($_, "silent") for grep { $_->{kind} eq "hop" && $_->{until} <= $now } values %sockets;
    if ($is_server && !%sockets && !%connections) { flush_(); finish(0) }
    my @dues;
    if (%postponed && !is_closing()) {
        my @again = values %postponed;
        %postponed = ();
        for my $words (@again) { or_error($words->[0], sub { open_listener(@$words) }) }
    }
    if (@taken) { $taken[0]{began} + $GATHERED_S <= $now ? hand_over() : push @dues, $taken[0]{began} + $GATHERED_S }
    for (values %servers) { pass_on($_); push @dues, $now + 0.005 if length $_->{pending} }
    my ($next) = sort { $a <=> $b } @dues, (map { $_->{due} } values %connections), map { $_->{until} } grep { $_->{until} } values %sockets;
    return defined $next ? $next - $now : undef;
}

sub lines_of { open my $file, "<", $_[0] or return; local $/; my $text = <$file>; return split /\n/, $text // "" }

sub read_tables {
    my ($with_names, @ports) = @_;
    my %wanted = map { (sprintf("%04X", $_) => 1, "dport=$_" => 1) } @ports;
    my (@found, %inodes, %names);
    for my $kind (qw(tcp tcp6 udp udp6)) {
        for (lines_of("/proc/net/$kind")) {
            my (undef, $local, undef, undef, undef, undef, undef, undef, undef, $inode) = split " ";
            next unless defined $inode && $wanted{ substr $local, -4 };
            push @found, "$kind $_";
            $inodes{$inode} = 1 if $inode;
        }
    }
    my @counts;
    for my $kind (qw(snmp snmp6)) { push @counts, map { "$kind $_" } grep { /^(?:Udp:|Udp6(?:InDatagrams|NoPorts|InErrors)\s)/ } lines_of("/proc/net/$kind") }
    for (lines_of("/proc/net/nf_conntrack")) { push @found, "tracked $_" if /\b(dport=\d+)/ && $wanted{$1} }
    if ($with_names) {
        for my $link (glob "/proc/[0-9]*/fd/*") {
            my ($inode) = (readlink $link // "") =~ /^socket:\[(\d+)\]$/ or next;
            next unless $inodes{$inode} && $link =~ m{^(/proc/\d+)/};
            my ($name) = lines_of("$1/comm");
            $names{"name $inode $name"} = 1 if defined $name;
        }
    }
    my $order = unpack("S", "\1\0") == 1 ? "le" : "be";
    return -r "/proc/net/tcp" ? substr join("\n", "tables $order", @counts, sort(keys %names), @found), 0, 256 * 1024 : "";
}

# The programs that may be started, with their arguments; there are no others (docs/inspection.md).
my @PLACES = qw(/usr/sbin /usr/bin /sbin /bin /usr/local/sbin /usr/local/bin);
my @FIREWALL = (
    ["nft", "nft", "-j", "list", "ruleset"],
    ["iptables", "iptables-save", "-c"],
    ["ip6tables", "ip6tables-save", "-c"],
    ["iptables-legacy", "iptables-legacy-save", "-c"],
    ["ip6tables-legacy", "ip6tables-legacy-save", "-c"],
);
my @LISTENERS = ("listeners", "ss", "-Hltne");
my @CONTROLLER = ("controller", "cmk-agent-ctl", "status", "--json", "--no-query-remote");
my $UNIT = "LoadState,ActiveState,Listen,IPAddressAllow,IPAddressDeny";
my @SOCKET_UNIT = ("socket-unit", "systemctl", "show", "check-mk-agent.socket", "--no-pager", "-p", $UNIT);
my ($MOST_BYTES, $MOST_FILES, $PROGRAM_SECONDS) = (480 * 1024, 64, 5);

sub find_program { my ($name) = @_; my ($path) = grep { -x } map { "$_/$name" } @PLACES; return $path }

sub is_loaded {
    my ($module) = @_;
    return 1 if -e "/sys/module/$module" || !-e "/proc/modules";
    return scalar grep { m{/\Q$module\E\.ko$} } lines_of("/lib/modules/$uname[2]/modules.builtin");
}

# A zombie (Z) or dead process (X) keeps its name until its parent asks how it ended; it runs no more.
sub is_running { my ($name) = @_; for (glob "/proc/[0-9]*/stat") { return 1 if ((lines_of($_))[0] // "") =~ /^\d+ \(\Q$name\E\) [^ZX]/ } return 0 }

# Where a path leads, link by link.
sub is_legacy {
    my ($path) = @_;
    for (1 .. 8) {
        return 1 if $path =~ /legacy/;
        my $next = readlink $path // return 0;
        $path = $next =~ m{^/} ? $next : $path =~ s{[^/]+$}{$next}r;
    }
    return 0;
}

# Root alone may read the names of the tables; for others there may be some.
sub has_legacy_tables {
    my ($source) = @_;
    my $path = "/proc/net/" . ($source =~ /^ip6/ ? "ip6" : "ip") . "_tables_names";
    return -e $path && (!-r $path || scalar grep { /\S/ } lines_of($path));
}

# Whether there is something to list, so that asking loads and starts nothing
# (docs/notes/inspection.md#what-a-listing-may-do).
sub has_anything {
    my ($source, $path) = @_;
    return is_loaded("nf_tables") if $source eq "nft";
    if ($source =~ /^(.*)-legacy$/) { my $usual = find_program("$1-save"); return !($usual && is_legacy($usual)) && has_legacy_tables($source) }
    return 0 unless defined $path;
    return is_legacy($path) ? has_legacy_tables($source) : is_loaded("nf_tables") if $source eq "iptables" || $source eq "ip6tables";
    return is_loaded("tcp_diag") if $source eq "listeners";
    return $source eq "controller" ? is_running("cmk-agent-ctl") : -d "/run/systemd/system";
}

sub read_all {
    my ($handle) = @_;
    my $text = "";
    while (length $text <= $MOST_BYTES && sysread $handle, $text, 65536, length $text) { }
    return $text;
}

sub program_of {
    my ($source, $name, @argv) = @_;
    my $path = find_program($name);
    return ($source eq "controller" && defined $path ? "stopped" : "absent", "") unless has_anything($source, $path);
    return ("missing", "") unless defined $path;
    pipe my $reader, my $writer or return ("absent", "");
    pipe my $complaints, my $complain or return ("absent", "");
    my $pid = fork;
    return ("absent", "") unless defined $pid;
    if (!$pid) {
        open STDOUT, ">&", $writer;
        open STDERR, ">&", $complain;
        %ENV = (PATH => join(":", @PLACES), LC_ALL => "C");
        chdir "/";
        alarm $PROGRAM_SECONDS;
        exec { $path } $path, @argv or POSIX::_exit(127);
    }
    close $_ for $writer, $complain;
    my $text = read_all($reader);
    my $is_long = length $text > $MOST_BYTES;
    kill "KILL", $pid if $is_long;
    close $reader;
    my $words = read_all($complaints);
    waitpid $pid, 0;
    return ("long", "") if $is_long;
    return ("read", $text) if $? == 0;
    return ($? & 127) == 14 ? ("late", "") : ("failed", substr $words . $text, 0, 400);
}

sub file_of {
    my ($path) = @_;
    if (!open my $file, "<", $path) { return ($!{ENOENT} || $!{ENOTDIR} ? "absent" : "denied", "") }
    else { my $text = read_all($file); return length $text > $MOST_BYTES ? ("long", "") : ("read", $text) }
}

sub xinetd_files {
    my @names = -d "/etc/xinetd.d" ? glob "/etc/xinetd.d/*" : ();
    return unless @names || -e "/etc/xinetd.conf";
    my @files = ("/etc/xinetd.conf", sort grep { !m{[.~][^/]*$} } map { m{^/etc/xinetd\.d/(.*)$} ? $_ : () } @names);
    return @files[0 .. ($#files < $MOST_FILES - 1 ? $#files : $MOST_FILES - 1)];
}

sub inspect {
    my ($id, $is_second, $ports, $sites) = @_;
    my ($ports_said, $sites_said) = map { [$_ eq "-" ? () : split /,/] } $ports, $sites;
    in_child(
        sub {
            my $tell = sub {
                my ($source, $name, $state, $text) = @_;
                my $line = join(" ", "inspected", $id, $source, hexed($name), $state, hexed($text)) . "\n";
                while (length $line) { substr($line, 0, syswrite(STDOUT, $line)) = "" }
            };
            $tell->("sockets", "", "read", read_tables($is_second ? 0 : 1, @$ports_said));
            $tell->("listeners", "", program_of(@LISTENERS));
            $tell->("counters", "", file_of("/proc/net/netstat"));
            $tell->($_->[0], "", program_of(@$_)) for @FIREWALL;
            if (!$is_second) {
                $tell->("addresses-4", "", file_of("/proc/net/fib_trie"));
                $tell->("addresses-6", "", file_of("/proc/net/if_inet6"));
                $tell->($_->[0], "", program_of(@$_)) for \@CONTROLLER, \@SOCKET_UNIT;
                $tell->("xinetd", $_, file_of($_)) for xinetd_files();
                $tell->("site", $_, file_of("/opt/omd/sites/$_/etc/omd/site.conf")) for @$sites_said;
            }
            $tell->("end", "", "read", "");
        },
        sub { $out .= $_[0] },
    );
}

my %ECHO = (AF_INET, 1, AF_INET6, 58);
my %ECHO_TYPES = (AF_INET, [8, 0], AF_INET6, [128, 129]);
my %HOPS = (AF_INET, [0, 2], AF_INET6, [41, 16]); # IP_TTL, IPV6_UNICAST_HOPS
# IP_MTU_DISCOVER, IPV6_MTU_DISCOVER and IPV6_DONTFRAG: one packet is one packet, whatever MTU was learned before.
my %WHOLE = (AF_INET, [[0, 10, 3]], AF_INET6, [[41, 23, 3], [41, 62, 1]]);

# IPV6_FLOWINFO_SEND, IPV6_AUTOFLOWLABEL, and the first of the labels that are not leased.
my ($SEND_LABEL, $AUTO_LABEL, $OWN_LABELS) = ([41, 33], [41, 70], 0x80000);

sub checksum {
    my $total = 0;
    $total += $_ for unpack "n*", length($_[0]) % 2 ? "$_[0]\0" : $_[0];
    $total = ($total & 0xffff) + ($total >> 16) while $total >> 16;
    return ~$total & 0xffff;
}

# One packet with so many hops to live, and the first answer to it. Its socket is gone before its SYN is repeated.
sub open_hop {
    my ($id, $protocol, $address, $port, $hops, $source, $wait_ms, $data) = @_;
    die { errno => Errno::ENOPROTOOPT() } unless $is_linux && defined $RECVMSG;
    my $is_icmp = $protocol eq "icmp";
    my ($one, $is_raw) = (undef, 0);
    if ($is_icmp) {
        $one = eval { make_socket($id, $address, 0, SOCK_DGRAM, \%ECHO) };
        die $@ if !$one && (!ref $@ || ($@->{errno} != Errno::EACCES() && $@->{errno} != Errno::EPERM()));
        if (!$one) { ($one, $is_raw) = (make_socket($id, $address, 0, SOCK_RAW, \%ECHO), 1); $one->{keeps_errors} = 1 }
    }
    else { $one = make_socket($id, $address, $port, $protocol eq "tcp" ? SOCK_STREAM : SOCK_DGRAM) }
    my ($handle, $family) = @$one{qw(handle family)};
    check(set_flag($handle, $HOPS{$family}, $hops));
    if ($protocol eq "tcp") { setsockopt($handle, SOL_SOCKET, SO_REUSEADDR, pack "i", 1) }
    else { set_flag($handle, $_, $_->[2]) for @{ $WHOLE{$family} } }
    check(bind($handle, (numeric($family == AF_INET ? "0.0.0.0" : "::", $source))[1])) unless $is_raw;
    my $began = clock(1);
    @$one{qw(kind protocol is_raw credit pending began until info)} = ("hop", $protocol, $is_raw, 0, "", $began, $began + $wait_ms / 1000, 0);
    my $connected = connect_hop($one);
    my $number = 0 + $!;
    $one->{source} = $is_raw ? $source || $$ & 0xffff || 1 : (endpoint(getsockname $handle))[1];
    $sockets{$id} = $one;
    return hop_failed($one, $number) unless $connected;
    return if $protocol eq "tcp";
    $one->{echo} = $data;
    if ($is_icmp) {
        my $type = $ECHO_TYPES{$family}[0];
        $one->{echo} = pack("CCnnn", $type, 0, 0, $one->{source}, 1) . $data;
        substr($one->{echo}, 2, 2) = pack "n", checksum($one->{echo}) if $is_raw && $family == AF_INET; # else the kernel does it
    }
    defined send($handle, $one->{echo}, 0) or hop_failed($one, 0 + $!);
}

# A SYN of IPv6 gets a label of its source port: Linux gives each socket another one, and routers choose by it.
sub connect_hop {
    my ($handle, $place, $protocol, $family) = @{ $_[0] }{qw(handle place protocol family)};
    if ($protocol eq "tcp" && $family == AF_INET6) {
        my $labelled = $place;
        substr($labelled, 4, 4) = pack "N", $OWN_LABELS | (endpoint(getsockname $handle))[1];
        set_flag($handle, $SEND_LABEL, 1);
        return 1 if connect($handle, $labelled) || $!{EINPROGRESS};
        return 0 unless $!{EINVAL}; # a program here has leased labels for itself alone: then none is sent
        set_flag($handle, $AUTO_LABEL, 0);
    }
    return connect($handle, $place) || $!{EINPROGRESS};
}

sub hop_over { my ($one, @words) = @_; say_("hop", $one->{id}, $one->{source}, micros($one->{began}), @words); close_($one, 1) }

sub hop_failed {
    my ($one, $number) = @_;
    my ($found) = errors_of($one);
    my ($errno, @icmp) = $found ? @$found : ($number, $one->{keeps_errors} ? "none" : "-");
    hop_over($one, "error", name_of($errno), $one->{info} // 0, @icmp);
}

sub ready_hop {
    my ($one) = @_;
    my ($found) = errors_of($one);
    if ($found) { my ($number, @icmp) = @$found; return hop_over($one, "error", name_of($number), $one->{info} // 0, @icmp) }
    if ($one->{protocol} eq "tcp") { return defined getpeername($one->{handle}) ? hop_over($one, "open") : undef }
    defined recv($one->{handle}, my $data, 2048, $MSG_DONTWAIT) or return;
    if ($one->{is_raw}) {
        $data = substr $data, (ord($data) & 15) * 4 if $one->{family} == AF_INET && length $data;
        return if length $data < 8 || ord($data) != $ECHO_TYPES{ $one->{family} }[1] || substr($data, 4, 4) ne substr($one->{echo}, 4, 4);
    }
    hop_over($one, "reply");
}

my %orders = (
    tcp => sub { my @words = @_; or_error($_[0], sub { open_tcp(@words) }) },
    udp => sub { my @words = @_; or_error($_[0], sub { open_datagrams(@words) }) },
    echo => sub { my @words = @_; or_error($_[0], sub { open_datagrams(@words, 0, "connected", \%ECHO) }) },
    name => sub { my ($id, $name) = @_; or_error($id, sub { look_up($id, unhexed($name)) }) },
    ping => sub { my @words = @_; or_error($_[0], sub { run_ping(@words) }) },
    route => \&ask_route,
    quiet => sub {
        my ($id, @waited) = @_;
        my $due = clock(1);
        for (@waited) {
            my ($at, $ms) = split /:/;
            my $one = $sockets{$at} or next;
            my $when = $one->{began} + $ms / 1000;
            $due = $when if $when > $due;
        }
        push @quiets, [$due, $id];
    },
    listen => sub { my @words = @_; or_error($_[0], sub { open_listener(@words) }) },
    answer => \&answer,
    hop => sub { my ($id, @words) = @_; or_error($id, sub { open_hop($id, @words[0 .. 5], unhexed($words[6])) }) },
    tables => sub {
        my ($id, @words) = @_;
        or_error($id, sub { in_child(sub { my $text = hexed(read_tables(@words)); while (length $text) { substr($text, 0, syswrite(STDOUT, $text)) = "" } }, sub { say_("tables", $id, $_[0]) }) });
    },
    inspect => sub { my @words = @_; or_error($_[0], sub { inspect(@words) }) },
    data => sub { my $one = $sockets{ $_[0] } or return; send_data($one, unhexed($_[1])) },
    more => sub { my $one = $sockets{ $_[0] } or return; $one->{credit} += $_[1] if $one->{kind} eq "tcp" },
    end => sub { my $one = $sockets{ $_[0] } or return; $one->{ending} = 1 },
    close => sub { delete $postponed{ $_[0] }; my $one = $sockets{ $_[0] } or return; close_($one, 0) },
    reset => sub { my $one = $sockets{ $_[0] } or return; close_($one, 1) },
);

sub read_orders {
    my $count = sysread STDIN, my $chunk, 65536;
    if (!$count) { return if !defined $count && $!{EAGAIN}; finish(0) }
    my @lines = split /\n/, $rest . $chunk, -1;
    $rest = pop @lines;
    die "the order is too long\n" if length $rest > $MOST_LINE;
    for (@lines) {
        my ($word, @words) = split " " or next;
        my $act = $orders{$word} or die "unknown order\n";
        $act->(@words);
    }
}

sub turn {
    my $now = clock(1);
    my @due = grep { $_->[0] <= $now } @quiets;
    my ($wait) = sort { $a <=> $b } map { $_->[0] - $now } @quiets;
    $wait = @due ? 0 : $wait;
    my $until = give_back();
    flush_(); # what it said
    my ($reads, $writes) = ("", "");
    vec($reads, 0, 1) = 1;
    vec($reads, $_, 1) = 1 for keys %children, keys %servers;
    for my $one (values %sockets) {
        next if !$one->{handle} || $one->{kind} eq "taken";
        my $number = fileno $one->{handle};
        vec($reads, $number, 1) = 1 if $one->{kind} =~ /^(?:datagrams|listener|hop)$/ || $one->{connecting} || $one->{credit} > 0;
        vec($writes, $number, 1) = 1 if $one->{kind} eq "hop" && $one->{protocol} eq "tcp";
        vec($writes, $number, 1) = 1 if $one->{kind} eq "tcp" && ($one->{connecting} || $one->{ending} || length $one->{pending});
    }
    for my $one (values %connections) { vec($reads, fileno $one->{handle}, 1) = 1 }
    $wait = $until if defined $until && (!defined $wait || $until < $wait);
    $wait = 0 if defined $wait && $wait < 0;
    my $count = select $reads, $writes, undef, $wait;
    if ($count > 0) {
        for my $one (values %connections) {
            my $number = fileno $one->{handle};
            ready_connection($one) if defined $number && vec $reads, $number, 1;
        }
        for my $one (values %sockets) {
            my $number = $one->{handle} ? fileno $one->{handle} : undef;
            next unless defined $number;
            my ($can_read, $can_write) = (vec($reads, $number, 1), vec($writes, $number, 1));
            next unless $can_read || $can_write;
            if ($one->{kind} eq "tcp") { ready_tcp($one, $can_read, $can_write) }
            elsif ($one->{kind} eq "listener") { ready_listener($one) }
            elsif ($one->{kind} eq "hop") { ready_hop($one) }
            else { ready_datagrams($one) }
        }
        ready_server($_) for map { $servers{$_} } grep { vec $reads, $_, 1 } keys %servers;
        for my $child (map { $children{$_} } grep { vec $reads, $_, 1 } keys %children) {
            next if sysread $child->{handle}, $child->{text}, 65536, length $child->{text};
            delete $children{ fileno $child->{handle} };
            close $child->{handle};
            waitpid $child->{pid}, 0;
            $child->{act}->($child->{text}, $?);
        }
        read_orders() if vec $reads, 0, 1;
    }
    for my $one (@due) { # what had come by then was read just now
        @quiets = grep { $_ != $one } @quiets;
        say_("quiet", $one->[1]);
    }
    flush_();
}

say_(sprintf "\n{\"type\":\"sockets\",\"protocol\":1,\"runtime\":\"perl\",\"version\":\"%vd\"}", $^V);
flush_();
attempt(sub { turn() while 1 });
