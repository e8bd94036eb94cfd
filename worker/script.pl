# portmatrix: sends the flows below from this machine and writes down what came back. Nothing else is sent, nothing is
# fetched, installed or changed, and nothing is judged here. It needs perl 5.14 with the modules of perl-base, no privilege.
#
#   --list             shows what would be sent, and sends nothing
#   --out FILE         writes the result there instead of to standard output
#   --unreached TEXT   sends nothing, and writes that this machine could not be reached
#   --no-listeners     does not say whether something listens here on the ports that others ask
#
# The lines below are what is sent: number, protocol, target, port, milliseconds, whether a service is asked once or may
# be asked again, and the steps (docs/formats.md, "The script itself"): hear reads, say sends these bytes, shut ends its own
# side, tls sends a greeting of TLS, get asks an SNMP agent with the community of that variable of the environment, - only
# connects. This one has no library for TLS: it reads what comes in clear.
my $ORDERS = <<'END_OF_ORDERS';
@ORDERS@
END_OF_ORDERS
my $HEAD = <<'END_OF_HEAD';
@HEAD@
END_OF_HEAD
my $SCRIPT = "@ID@";

use strict;
use warnings;
use Errno;
use Fcntl;
use POSIX ();
use Socket qw(:DEFAULT :addrinfo inet_ntop);

$SIG{PIPE} = "IGNORE";
my ($MOST, $MOST_LINES, $IDLE, $AT_ONCE) = (65536, 100, 0.5, 8);
my %RECVERR = (AF_INET, [0, 11], AF_INET6, [41, 25]);
my %RECVTTL = (AF_INET, [0, 12], AF_INET6, [41, 51]);
my @uname = POSIX::uname();
my $is_linux = $uname[0] eq "Linux";
# Numbers of system calls: recvmsg(2), clock_gettime(2). Elsewhere an errno is all that is known.
my %calls = (x86_64 => [47, 228], aarch64 => [212, 113], riscv64 => [212, 113], ppc64le => [342, 246], s390x => [372, 260]);
my ($RECVMSG, $CLOCK) = @{ $is_linux && length(pack "P", "") == 8 && $calls{ $uname[4] } || [] };
my ($major, $minor) = $uname[2] =~ /^(\d+)\.(\d+)/;
# Older kernels keep no ICMP errors of TCP connections (Linux 5.8), so none proves nothing there.
my $keeps_tcp = defined $RECVMSG && defined $minor && $major * 1000 + $minor >= 5008;
my %errno_name;
for my $name (sort { length $b <=> length $a || $b cmp $a } grep { /^E[A-Z0-9]+$/ } keys %!) {
    my $number = Errno->can($name) or next;
    $errno_name{ $number->() } = $name;
}
@errno_name{ Errno::EAGAIN(), Errno::EOPNOTSUPP() } = ("EAGAIN", "EOPNOTSUPP");
my %communities;

sub hexed { length $_[0] ? unpack("H*", $_[0]) : "-" }
sub unhexed { $_[0] eq "-" ? "" : pack("H*", $_[0]) }

# Seconds of a clock: 0 that of the day, 1 one that never goes back.
sub clock {
    if (defined $CLOCK) {
        my $time = "\0" x 16;
        return do { my ($s, $ns) = unpack "qq", $time; $s + $ns / 1e9 } if syscall($CLOCK, $_[0], $time) == 0;
    }
    return $_[0] == 0 ? time : (POSIX::times())[0] / POSIX::sysconf(POSIX::_SC_CLK_TCK());
}
sub micros { my $us = int((clock(1) - $_[0]) * 1e6); $us > 0 ? $us : 0 }

sub numeric {
    my ($address, $port) = @_;
    my ($error, $place) = getaddrinfo($address, $port, { flags => AI_NUMERICHOST, socktype => SOCK_STREAM });
    return $error || !$place ? () : ($place->{family}, $place->{addr});
}
sub endpoint { my (undef, $host, $port) = getnameinfo($_[0], NI_NUMERICHOST | NI_NUMERICSERV); ($host // "-", $port // 0) }
sub is_own {
    my ($family, $place) = numeric($_[0], 0) or return 0;
    socket(my $trial, $family, SOCK_DGRAM, 0) or return 0;
    return bind($trial, $place) ? 1 : 0;
}
sub set_flag { my ($handle, $option, $value) = @_; setsockopt($handle, $option->[0], $option->[1], pack "i", $value) }

# One recvmsg(2): bytes, source, ancillary data as [level, kind, bytes]...; nothing if there is none.
sub receive_message {
    my ($handle, $flags) = @_;
    my ($name, $bytes, $control) = ("\0" x 128, "\0" x 65536, "\0" x 512);
    my $iov = pack "PQ", $bytes, length $bytes;
    my $header = pack "PL x4 PQ PQ l x4", $name, 128, $iov, 1, $control, 512, 0;
    my $count = syscall($RECVMSG, fileno($handle), $header, $flags | 0x40);
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

our ($order, $address, $step, $most_lines, @lines); # what is under way, and what is to be said of it

# [errno, ICMP words...] of each error that the kernel kept. SO_ERROR is read first: reading the queue may clear it.
sub errors_of {
    my ($handle, $address, $keeps) = @_;
    my $pending = unpack "i", getsockopt($handle, SOL_SOCKET, SO_ERROR) // pack "i", 0;
    my $without = $keeps ? "none" : "-";
    my @found;
    while (defined $RECVMSG) {
        my ($quoted, undef, @ancillary) = receive_message($handle, 0x2000);
        last unless defined $quoted;
        for (@ancillary) {
            my ($level, $kind, $data) = @$_;
            next unless grep { $_->[0] == $level && $_->[1] == $kind } values %RECVERR;
            my ($number, $origin, $type, $code) = unpack "LCCC", $data;
            my @icmp = ($without);
            if (($origin == 2 || $origin == 3) && length $data >= 24) {
                my $family = unpack "S", substr $data, 16, 2;
                my $sender = inet_ntop($family, $family == AF_INET ? substr($data, 20, 4) : substr($data, 24, 16));
                my $quote = $order->{steps} =~ /get=/ ? "-" : hexed($quoted); # it would quote the community
                @icmp = ($type, $code, $sender, is_own($sender) && !is_own($address) ? 1 : 0, $quote);
            }
            push @found, [$number, @icmp];
        }
    }
    push @found, [$pending, $without] if $pending && !@found;
    return @found;
}

# --- one order at one address; what happened is said in lines

sub note { push @lines, join " ", "pm", $order->{number}, $address, @_ }
sub fail { my ($number, $since, $at_call, @icmp) = @_; note("error", $step, $errno_name{$number} // "UNKNOWN", micros($since), $at_call, @icmp ? @icmp : "-") }

sub open_socket {
    my ($kind) = @_;
    my ($family, $place) = numeric($address, $order->{port});
    socket(my $handle, $family, $kind, 0) or do { fail(0 + $!, clock(1), 1); return };
    fcntl($handle, F_SETFL, fcntl($handle, F_GETFL, 0) | O_NONBLOCK);
    my $keeps = $is_linux && set_flag($handle, $RECVERR{$family}, 1) && defined $RECVMSG && ($kind == SOCK_DGRAM || $keeps_tcp);
    return ($handle, $family, $place, $keeps);
}

sub wait_for {
    my ($handle, $until, $writing) = @_;
    my $bits = "";
    vec($bits, fileno($handle), 1) = 1;
    my $left = $until - clock(1);
    return select($writing ? undef : $bits, $writing ? $bits : undef, undef, $left > 0 ? $left : 0) > 0;
}

sub tcp {
    my ($handle, $family, $place, $keeps) = open_socket(SOCK_STREAM) or return;
    my $began = clock(1);
    if (!connect($handle, $place) && !$!{EINPROGRESS}) { return fail(0 + $!, $began, 1) }
    return note("quiet", 0, micros($began)) unless wait_for($handle, $began + $order->{wait} / 1000, 1);
    my ($error) = errors_of($handle, $address, $keeps);
    if ($error) { my ($number, @icmp) = @$error; return fail($number, $began, 0, @icmp) }
    note("open", micros($began), endpoint(getsockname $handle));
    set_flag($handle, $RECVERR{$family}, 0) if $is_linux; # an open connection outlives ICMP errors
    if ($order->{steps} eq "-") { setsockopt($handle, SOL_SOCKET, SO_LINGER, pack "ii", 1, 0) } # ends with a reset
    else { talk($handle) }
    close $handle;
}

sub talk {
    my ($handle) = @_;
    my $began = clock(1);
    for (split /,/, $order->{steps}) {
        my ($word, $values) = /^(\w+)=?(.*)/;
        if ($word eq "hear") { hear($handle, $values, $began) or return; next }
        if ($word eq "say") { send_bytes($handle, unhexed($values)) }
        elsif ($word eq "shut") { shutdown $handle, 1 }
        elsif ($word eq "tls") {
            my (undef, undef, $wait, $hello) = split /:/, $values;
            send_bytes($handle, unhexed($hello));
            $step++;
            hear($handle, $wait, clock(1));
            return;
        }
        $step++;
        $began = clock(1);
    }
}

sub send_bytes {
    my ($handle, $data) = @_;
    my $until = clock(1) + 5;
    while (length $data && wait_for($handle, $until, 1)) {
        my $count = syswrite $handle, $data;
        return unless defined $count || $!{EAGAIN};
        substr($data, 0, $count // 0) = "";
    }
}

# Reads; false once nothing more can come, or if nothing came.
sub hear {
    my ($handle, $wait, $began) = @_;
    my ($until, $received) = ($began + $wait / 1000, 0);
    while ($received < $MOST && @lines < $most_lines) {
        if (!wait_for($handle, $until)) {
            note("quiet", $step, micros($began)) unless $received;
            return $received;
        }
        my $count = sysread $handle, my $data, 16384;
        if (!defined $count) { next if $!{EAGAIN}; fail(0 + $!, $began, 0); return 0 }
        if (!$count) { note("ended", $step, micros($began)); return 0 }
        $received += $count;
        note("received", $step, micros($began), unpack "H*", $data);
        my $idle = clock(1) + $IDLE;
        $until = $idle if $idle < $until;
    }
    return 1;
}

sub length_of { my $count = length $_[0]; $count < 128 ? pack("C", $count) : $count < 256 ? pack("CC", 0x81, $count) : pack("Cn", 0x82, $count) }

sub snmp {
    my ($version, $pdu, $variable) = split /:/, $_[0];
    my $community = $communities{$variable};
    return unless defined $community;
    my $body = pack("CCC", 2, 1, $version) . "\x04" . length_of($community) . $community . unhexed($pdu);
    return "\x30" . length_of($body) . $body;
}

# Datagrams one after the other, each from a connected socket.
sub udp {
    my @steps = split /,/, $order->{steps};
    my $gap = $order->{wait} / 1000 / @steps;
    my @open;
    for (@steps) {
        my ($word, $values) = /^(\w+)=(.*)/;
        my $aside = $values =~ s/~$//;
        my $data = $word eq "get" ? snmp($values) : unhexed($values);
        return note("unsent", "not-supported", hexed("no community was given in the variable " . (split /:/, $values)[2])) unless defined $data;
        my ($handle, $family, $place, $keeps) = open_socket(SOCK_DGRAM) or return;
        set_flag($handle, $RECVTTL{$family}, 1) if $is_linux;
        $step++;
        my $began = clock(1);
        push @open, { handle => $handle, step => $step, began => $began, aside => $aside, keeps => $keeps, place => $place, family => $family };
        if (!connect($handle, $place) || !defined send($handle, $data, 0)) {
            my $number = 0 + $!;
            my ($error) = errors_of($handle, $address, $keeps);
            return fail($number, $began, $error ? 0 : 1, $error ? @$error[1 .. $#$error] : "-");
        }
        return if answered(\@open, $began + $gap);
    }
    note("quiet", $step, micros($open[0]{began}));
}

sub answered {
    my ($open, $until) = @_;
    while ((my $left = $until - clock(1)) > 0 && @lines < $most_lines) {
        my $bits = "";
        vec($bits, fileno($_->{handle}), 1) = 1 for @$open;
        next unless select($bits, undef, undef, $left) > 0;
        for (@$open) { return 1 if vec($bits, fileno($_->{handle}), 1) && read_one($_) && !$_->{aside} }
    }
    return 0;
}

# Notes what came on one socket; true for what ends the order.
sub read_one {
    my ($one) = @_;
    for (errors_of($one->{handle}, $address, $one->{keeps})) {
        my ($number, @icmp) = @$_;
        { local $step = $one->{step}; fail($number, $one->{began}, 0, @icmp) }
        return 1 if @icmp == 1 || ($icmp[0] == 3 && $icmp[1] == 3) || $icmp[0] == ($one->{family} == AF_INET ? 3 : 1);
    }
    my ($data, $source, @ancillary) = defined $RECVMSG ? receive_message($one->{handle}, 0) : do {
        my $bytes = "";
        defined recv($one->{handle}, $bytes, 65535, 0x40) ? ($bytes, $one->{place}) : ();
    };
    return 0 unless defined $data;
    for my $community (grep { defined } values %communities) {
        my ($from, $to) = map { "\x04" . length_of($community) . $_ } $community, "*" x length $community;
        my $at = index $data, $from;
        substr($data, $at, length $from) = $to if $at >= 0;
    }
    my ($host, $port) = endpoint(length($source // "") ? $source : $one->{place});
    my ($ttl) = map { unpack "i", $_->[2] } grep { ($_->[0] == 0 && $_->[1] == 2) || ($_->[0] == 41 && $_->[1] == 52) } @ancillary;
    note("datagram", $one->{step}, micros($one->{began}), hexed($data), $host, $port, $ttl // "-", int(clock(0) * 1000));
    return 1;
}

sub icmp {
    my $seconds = POSIX::ceil($order->{wait} / 1000) || 1;
    my $pid = open(my $reader, "-|");
    if (!defined $pid) { return note("unsent", "internal", hexed("no process could be started: $!")) }
    if (!$pid) {
        open STDIN, "<", "/dev/null";
        open STDERR, ">&", \*STDOUT;
        $ENV{LC_ALL} = "C";
        alarm $seconds + 3;
        exec("ping", "-n", "-c", "1", "-W", $seconds, $address) or POSIX::_exit(127);
    }
    my $text = do { local $/; <$reader> } // "";
    close $reader;
    return note("unsent", "program-missing", hexed("there is no program ping")) if $? >> 8 == 127;
    return note("unsent", "internal", hexed("ping did not end")) if $? & 127;
    note("ping", $? >> 8, hexed(substr $text, 0, 4096));
}

# Why an address that a name led to is not asked: it is this machine itself, or no host. A bind sends nothing.
sub leads_home {
    my ($name, $at) = @_;
    return if $name eq $at or $name =~ /^(?:.*\.)?localhost\.?$/i;
    return "which is no host but a multicast or broadcast address" if $at =~ /^(?:ff[0-9a-f]{2}:|2(?:2[4-9]|[345]\d)\.)/i;
    return is_own($at) ? "which is this machine itself" : undef;
}

sub carry_out {
    ($order, @lines) = ($_[0]);
    if ($order->{steps} =~ /^unsent=(\S+)/) { $address = "-"; note("unsent", "not-supported", $1); return }
    my @addresses = $order->{target};
    if (!numeric($order->{target}, 0)) {
        my ($error, @found) = getaddrinfo($order->{target}, "", { socktype => SOCK_STREAM });
        my %seen;
        @addresses = grep { !$seen{$_}++ } map { (endpoint($_->{addr}))[0] } @found;
        $address = "-";
        note("nameless", hexed("$error")) if $error;
    }
    splice @addresses, 16;
    for (@addresses) {
        ($address, $step, $most_lines) = ($_, 0, @lines + $MOST_LINES);
        no strict "refs";
        if (my $home = leads_home($order->{target}, $address)) {
            note("unsent", "name-leads-home", hexed("$order->{target} resolves to $address there, $home; nothing was sent"));
            next;
        }
        eval { &{ $order->{protocol} }(); 1 } or note("unsent", "internal", hexed("$@"));
    }
}

# A process for each few targets, so that silent ports do not add up; the orders of one target follow each other.
sub carry_out_all {
    my (@orders) = @_;
    my (%share, %of, @readers, %said);
    my @targets = grep { !$of{$_}++ } map { $_->{target} } @orders;
    my $count = @orders < $AT_ONCE ? scalar @orders : $AT_ONCE;
    my $next = 0;
    for (@orders) { push @{ $share{ @targets > 1 ? index_of($_->{target}, \@targets) % $count : $next++ % 4 } }, $_ }
    for my $key (sort keys %share) {
        my $pid = open(my $reader, "-|");
        if (!defined $pid) { die "no process could be started: $!\n" }
        if (!$pid) {
            binmode STDOUT;
            for (@{ $share{$key} }) { carry_out($_); print map { "$_\n" } @lines; select undef, undef, undef, 0.02 }
            close STDOUT;
            POSIX::_exit(0);
        }
        push @readers, $reader;
    }
    for my $reader (@readers) {
        while (<$reader>) { chomp; /^pm (\d+) / and push @{ $said{$1} }, $_ }
        close $reader;
    }
    return map { @{ $said{ $_->{number} } // [] } } @orders;
}
sub index_of { my ($wanted, $list) = @_; for (0 .. $#$list) { return $_ if $list->[$_] eq $wanted } 0 }

sub ask_for_communities {
    my %names = map { $_ => 1 } map { $_->{steps} =~ /get=\d+:[0-9a-f]+:(\w+)/g } @_;
    for my $name (sort keys %names) {
        my $value = $ENV{$name};
        if (!length($value // "") && -t STDERR && open(my $terminal, "+<", "/dev/tty")) {
            print {$terminal} "SNMP community ($name), empty to leave it out: ";
            local @SIG{qw(INT TERM HUP)} = (sub { system "stty echo < /dev/tty 2>/dev/null"; exit 130 }) x 3;
            system "stty -echo < /dev/tty 2>/dev/null";
            chomp($value = <$terminal> // "");
            system "stty echo < /dev/tty 2>/dev/null";
            print {$terminal} "\n";
        }
        $communities{$name} = length($value // "") ? $value : undef;
    }
}

# On which of the ports that others ask something listens here, as the kernel lists it. Sends nothing.
sub listening {
    my ($asked) = $HEAD =~ /^pm asked (.+)$/m or return;
    my %wanted = map { $_ => 1 } split / /, $asked;
    my %found;
    for my $table (qw(tcp tcp6 udp udp6)) {
        my $file;
        if (!open $file, "<", "/proc/net/$table") {
            return "pm listens - " . hexed("/proc/net/tcp: $!") if $table eq "tcp";
            next;
        }
        my $protocol = substr $table, 0, 3;
        while (<$file>) {
            my (undef, $local, undef, $state) = split;
            my ($digits, $port) = ($local // "") =~ /^([0-9A-F]+):([0-9A-F]{4})$/ or next;
            my $place = "$protocol/" . hex $port;
            next if !$wanted{$place} || $state ne ($protocol eq "tcp" ? "0A" : "07");
            my $packed = join "", map { pack "L", hex } $digits =~ /.{8}/g;
            $found{ "$place/" . inet_ntop(length $packed == 4 ? AF_INET : AF_INET6, $packed) } = 1;
        }
    }
    my @found = sort keys %found;
    my $only = (grep { m{/::$} } @found) ? v6only() : {};
    for (@found) { $_ .= "/v6only" if $only && m{^(.*)/::$} && $only->{$1} }
    my @mine = map { is_own($_) ? "own/$_" : "foreign/$_" } grep { !m{/} } sort keys %wanted;
    return join " ", "pm listens", ($only ? "kernel+ss" : "kernel"), @found, @mine;
}

# Ports whose socket of :: takes no IPv4; only ss knows it. Nothing where there is no ss that says so.
sub v6only {
    my $said = `ss -Hlntue </dev/null 2>/dev/null`;
    return if $? || ($said // "") !~ / v6only:/;
    my %only;
    for (grep { / v6only:1/ } split /\n/, $said) {
        my ($protocol, $local) = (split)[0, 4];
        $only{"$protocol/$1"} = 1 if ($local // "") =~ /:(\d+)$/;
    }
    return \%only;
}

# The sum that cksum(1) of POSIX prints, for machines without Digest::SHA.
sub sum_of {
    my ($text) = @_;
    return "sha256:" . Digest::SHA::sha256_hex($text) if eval { require Digest::SHA; 1 };
    my ($sum, @table) = (0);
    for my $index (0 .. 255) {
        my $value = $index << 24;
        $value = ($value << 1) ^ ($value & 0x80000000 ? 0x04c11db7 : 0) for 1 .. 8;
        $table[$index] = $value & 0xffffffff;
    }
    my $count = length $text;
    my @bytes = unpack "C*", $text;
    for (; $count > 0; $count >>= 8) { push @bytes, $count & 255 }
    $sum = (($sum << 8) & 0xffffffff) ^ $table[($sum >> 24) ^ $_] for @bytes;
    return "cksum:" . (~$sum & 0xffffffff);
}

sub own_hash {
    return "-" unless -f $0 && eval { require Digest::SHA; 1 };
    open my $file, "<", $0 or return "-";
    binmode $file;
    my $text = do { local $/; <$file> };
    return index($text, $SCRIPT) >= 0 ? Digest::SHA::sha256_hex($text) : "-";
}

if (@ARGV == 1 && $ARGV[0] eq "--list") {
    print $ORDERS, "# This is what would be sent. Nothing was sent.\n";
    exit 0;
}
my $hides = grep { $_ eq "--no-listeners" } @ARGV;
@ARGV = grep { $_ ne "--no-listeners" } @ARGV;
my %given = @ARGV % 2 ? (wrong => 1) : @ARGV;
if (grep { !/^--(?:out|unreached|by)$/ } keys %given) { print STDERR "usage: [--list] [--out FILE] [--unreached TEXT] [--no-listeners]\n"; exit 2 }
my @orders = map { my %one; @one{qw(number protocol target port wait often steps)} = split / /; \%one } grep { /^\d/ } split /\n/, $ORDERS;
my @all = grep { length } split /\n/, $HEAD;
push @all, "pm script " . ($given{"--by"} // "perl $SCRIPT " . own_hash());
push @all, sprintf "pm tool perl %vd", $^V;
push @all, "pm began " . time;
if (defined $given{"--unreached"}) { push @all, "pm unreached " . hexed(substr $given{"--unreached"}, 0, 900) }
else { ask_for_communities(@orders); push @all, $hides ? () : listening(), carry_out_all(@orders) }
push @all, "pm finished " . time;
my $whole = join "", map { "$_\n" } @all;
my $text = "-----BEGIN PORTMATRIX FRAGMENT-----\n$whole-----END PORTMATRIX FRAGMENT " . @all . " " . sum_of($whole) . "-----\n";
if (defined $given{"--out"}) {
    my $part = "$given{'--out'}.part";
    sysopen(my $file, $part, O_WRONLY | O_CREAT | O_EXCL, 0600) or die "$part: $!\n";
    print {$file} $text;
    close $file or die "$part: $!\n";
    rename $part, $given{"--out"} or die "$given{'--out'}: $!\n";
}
else { $| = 1; print $text }
