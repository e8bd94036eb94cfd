#!/bin/sh
# portmatrix: sends the flows below from this machine and writes down what came back. Nothing else is sent, nothing is
# fetched, installed or changed, and nothing is judged here. It needs a POSIX shell and no privilege.
#
#   --list             shows what would be sent, and sends nothing
#   --out FILE         writes the result there instead of to standard output
#   --unreached TEXT   sends nothing, and writes that this machine could not be reached
#   --with TOOL        python, perl, bash or nc, in place of the best that there is
#   --no-listeners     does not say whether something listens here on the ports that others ask
#
# The lines below are what is sent: number, protocol, target, port, milliseconds, whether a service is asked once or may
# be asked again, and the steps (docs/formats.md, "The script itself"): hear reads, say sends these bytes, shut ends its own
# side, tls begins TLS, get asks an SNMP agent with the community of that variable of the environment, - only connects.
order_lines() {
  cat <<'END_OF_ORDERS'
@ORDERS@
END_OF_ORDERS
}
head_lines() {
  cat <<'END_OF_HEAD'
@HEAD@
END_OF_HEAD
}
SCRIPT=@ID@
LC_ALL=C
export LC_ALL
# Nobody else's lines run in the programs below.
unset BASH_ENV ENV PERL5OPT PERL5LIB PERL5DB

# Communities are kept under names of their own, so that no variable of this script is taken for one. None of them stands
# among the arguments of a program, which everybody on this machine could read.
community_names() {
  order_lines | tr ',' '\n' | sed -n 's/.*get=[01]:[0-9a-f]*:\([A-Za-z_][A-Za-z0-9_]*\).*/\1/p' | sort -u
}
for PORTMATRIX_NAME in $(community_names); do eval "PORTMATRIX_OF_$PORTMATRIX_NAME=\${$PORTMATRIX_NAME-}"; done

# --- Where there is Python or perl, it does the work with this program, which has the same lines put in.

@PYTHON@

@PERL@

# --- Where there is neither: bash, which opens sockets by itself, or nc. What they cannot do is said and left out.

# One connection or datagrams of bash: address, port, seconds, protocol, the words of timeout(1); the steps, which may have
# a community in them, are in the environment. Each line that it
# prints is a fact; every other line is what bash or dd said of an error.
bash_program() {
  cat <<'END_OF_BASH'
address=$1 port=$2 seconds=$3 protocol=$4 steps=$STEPS limit=$5
unset STEPS
now() { if [[ -n ${EPOCHREALTIME-} ]]; then echo "${EPOCHREALTIME/[.,]/}"; else echo "$((SECONDS * 1000000))"; fi; }
start=$(now) began=$start step=0 left=60
since() { echo "$(($(now) - began))"; }
errno() {
  case $1 in
    *"Connection refused"*) echo ECONNREFUSED ;;
    *"No route to host"*) echo EHOSTUNREACH ;;
    *"etwork is unreachable"*) echo ENETUNREACH ;;
    *"Connection reset"*) echo ECONNRESET ;;
    *"Permission denied"*) echo EACCES ;;
    *"Operation not permitted"*) echo EPERM ;;
    *) echo UNKNOWN ;;
  esac
}
# Reads what is there or comes within so many seconds, 1900 bytes at most: hexadecimal digits; "end"; an errno; or nothing.
bytes() {
  local said code digits
  said=$({
    LC_ALL=C $limit "$1" dd bs=1900 count=1 <&3 2>&9 | od -An -v -tx1 | tr -d ' \n'
    echo ".${PIPESTATUS[0]}"
  } 9>&1)
  code=${said##*.} digits=${said%.*}
  digits=${digits##*$'\n'}
  case $said in
    *refused* | *"No route"* | *"is unreachable"* | *"reset by peer"* | *denied* | *"not permitted"*) errno "$said"; return ;;
  esac
  if [[ $digits =~ ^[0-9a-f]+$ ]]; then echo "$digits"; elif [[ $code == 0 ]]; then echo end; fi
}
escaped() { local at text=; for ((at = 0; at < ${#1}; at += 2)); do text+="\\x${1:at:2}"; done; echo "$text"; }
send() { [[ $1 == - ]] || printf "$(escaped "$1")" | dd obs=65536 2>/dev/null >&3; } # one write: one datagram
hear() { # milliseconds; false if nothing came or nothing more can come
  local got any=1 patience until=$(($(now) + $1 * 1000))
  while ((left > 0)); do
    patience=$(((until - $(now)) / 1000000 + 1))
    ((patience > 0)) || break
    ((any == 1)) || patience=1
    got=$(bytes "$patience")
    case $got in
      "") break ;;
      end) echo "ended $step $(since)"; return 1 ;;
      E*) echo "error $step $got $(since) 0 -"; return 1 ;;
    esac
    echo "received $step $(since) $got"
    any=0
    ((left--))
  done
  ((any == 0)) || echo "quiet $step $(since)"
  return $any
}
if [[ $protocol == tcp ]]; then
  exec 3<>"/dev/tcp/$address/$port" || { echo "failed $(since)"; exit 1; }
  echo "open $(since) - -"
  [[ $steps == - ]] && exit 0
  began=$(now)
  IFS=, read -ra list <<<"$steps"
  for one in "${list[@]}"; do
    value=${one#*=}
    case $one in
      hear=*) hear "$value" || exit 0; continue ;;
      say=*) send "$value" ;;
      shut) ((step++)); continue ;; # bash cannot end one side alone
      tls=*) value=${value#*:*:}; send "${value#*:}"; ((step++)); began=$(now); hear "${value%%:*}"; exit 0 ;;
    esac
    ((step++))
    began=$(now)
  done
else
  IFS=, read -ra list <<<"$steps"
  patience=$((seconds / ${#list[@]} > 1 ? seconds / ${#list[@]} : 1))
  for one in "${list[@]}"; do
    ((step++))
    value=${one#*=}
    if [[ $value == "-" ]]; then echo "unsent not-supported $(printf %s 'bash cannot send an empty datagram' | od -An -v -tx1 | tr -d ' \n')"; exit 0; fi
    began=$(now)
    exec 3<>"/dev/udp/$address/$port" || { echo "failed $(since)"; exit 1; }
    send "${value%\~}"
    got=$(bytes "$patience")
    if [[ $got == E* ]]; then
      echo "error $step $got $(since) 0 -"
      exit 0
    elif [[ -n $got && $got != end ]]; then
      echo "datagram $step $(since) $got $address $port - -"
      [[ $value == *\~ ]] || exit 0
    fi
  done
  began=$start
  echo "quiet $step $(since)"
fi
END_OF_BASH
}

hexed() { # what is on standard input
  od -An -v -tx1 | tr -d ' \n'
}
text() {
  printf %s "$1" | hexed
}
errno_in() { # what a tool said
  case $1 in
    *[Rr]efused*) echo ECONNREFUSED ;;
    *"No route to host"*) echo EHOSTUNREACH ;;
    *"etwork is unreachable"*) echo ENETUNREACH ;;
    *"ermission denied"*) echo EACCES ;;
    *"peration not permitted"*) echo EPERM ;;
    *[Tt]"imed out"* | *TIMEOUT* | *[Tt]imeout*) echo quiet ;;
  esac
}

# timeout(1) of coreutils and of BusyBox, new and old, want their seconds in two ways; what works is found out.
LIMIT=
find_limit() {
  if timeout 1 sh -c : 2>/dev/null; then LIMIT=timeout; elif timeout -t 1 sh -c : 2>/dev/null; then LIMIT="timeout -t"; fi
}
is_python() { "$1" -I -S -c 'import sys, select, socket; sys.exit(sys.version_info < (3, 6))' </dev/null >/dev/null 2>&1; }
is_perl() { perl -e 'use 5.014; use POSIX (); use Errno; use Fcntl; use Socket qw(:addrinfo); exit 0' </dev/null >/dev/null 2>&1; }
# A bash that was built without /dev/tcp looks for a file of that name. Port 0 is nobody's, and no packet leaves the machine.
is_bash() {
  [ -n "$LIMIT" ] && command -v dd >/dev/null && command -v od >/dev/null && command -v tr >/dev/null || return 1
  bash -c '((BASH_VERSINFO[0] >= 4))' </dev/null >/dev/null 2>&1 || return 1
  case $(bash -c 'exec 3<>/dev/tcp/127.0.0.1/0' 2>&1 </dev/null) in *"No such file"*) return 1 ;; esac
}
is_nc() { [ -n "$LIMIT" ] && command -v nc >/dev/null 2>&1 && [ -n "$(nc_kind)" ]; }
nc_kind() {
  case $(nc -h 2>&1 </dev/null) in
    *OpenBSD*) echo OpenBSD ;;
    *Ncat*) echo Ncat ;;
    *BusyBox*) echo BusyBox ;;
    *"[v1."* | *"listen for inbound"*) echo traditional ;;
  esac
}
# What openssl needs for a greeting without a name, and to take old ciphers as well; nothing where it cannot do it.
openssl_words() {
  case $(openssl s_client -help 2>&1 </dev/null) in *-noservername*) ;; *) return 1 ;; esac
  if openssl ciphers DEFAULT@SECLEVEL=0 >/dev/null 2>&1; then echo "-cipher DEFAULT@SECLEVEL=0"; fi
}

PYTHON=
choose() { # the best that there is, or what was asked for
  find_limit
  for PYTHON in python3 /usr/libexec/platform-python /omd/versions/default/bin/python3; do
    case $1 in "" | python) is_python "$PYTHON" && { TOOL=python; return; } ;; esac
  done
  case $1 in "" | perl) is_perl && { TOOL=perl; return; } ;; esac
  case $1 in "" | bash) is_bash && { TOOL=bash; return; } ;; esac
  case $1 in "" | nc) is_nc && { TOOL=nc; return; } ;; esac
  TOOL=none
}

addresses_of() { # target
  case $1 in
    *[!0-9.]*) case $1 in *:*) echo "$1"; return ;; esac ;;
    *) echo "$1"; return ;;
  esac
  if command -v getent >/dev/null 2>&1; then getent ahosts "$1" | awk '!seen[$1]++ { print $1 }' | head -n 16; else nslookup "$1" 2>/dev/null | awk '/^Name:/ { named = 1 } named && /^Address/ { sub(/^Address[^:]*: */, ""); print $1 }' | head -n 16; fi
}

# An SNMP message in hexadecimal digits: version, PDU, community.
hex_length() { if [ "$1" -lt 128 ]; then printf %02x "$1"; elif [ "$1" -lt 256 ]; then printf 81%02x "$1"; else printf 82%04x "$1"; fi; }
snmp_message() {
  name=$(text "$3")
  body=020100
  [ "$1" = 1 ] && body=020101
  body=${body}04$(hex_length "$((${#name} / 2))")$name$2
  printf '30%s%s' "$(hex_length "$((${#body} / 2))")" "$body"
}
# Puts the messages of SNMP into steps; prints nothing if there is no community.
with_communities() {
  rest=$1, made=
  while [ -n "$rest" ]; do
    one=${rest%%,*} rest=${rest#*,}
    case $one in
      get=*)
        value=${one#get=}
        eval "community=\${PORTMATRIX_OF_${value##*:}-}"
        [ -n "$community" ] || return
        pdu=${value#*:}
        one=say=$(snmp_message "${value%%:*}" "${pdu%%:*}" "$community")
        ;;
    esac
    made=$made${made:+,}$one
  done
  printf %s "$made"
}

say_facts() { # number, address; what comes in, with the line's beginning
  while IFS= read -r fact; do printf 'pm %s %s %s\n' "$1" "$2" "$fact"; done
}

clock() { # microseconds, to the hundredth of a second, where Linux says how long it is up; else seconds
  if read -r up rest 2>/dev/null </proc/uptime; then
    up=${up%.*}${up#*.}
    echo "${up}0000"
  else
    echo "$(date +%s)000000"
  fi
}

by_bash() { # number, protocol, address, port, wait in ms, steps
  seconds=$(($5 / 1000 + 1))
  [ "$seconds" -ge 2 ] || seconds=2 # a rejection is told with the second SYN
  longest=$((seconds + 45))
  [ "$6" != - ] || longest=$seconds
  began=$(clock)
  facts=$(STEPS=$6 $LIMIT "$longest" bash -c "$(bash_program)" bash "$3" "$4" "$seconds" "$2" "$LIMIT" 2>&1 </dev/null)
  code=$? took=$(($(clock) - began))
  known=$(printf '%s\n' "$facts" | grep -E '^(open|received|ended|error|quiet|datagram|unsent) ')
  if [ -z "$known" ]; then
    after=$(printf '%s\n' "$facts" | sed -n 's/^failed \([0-9]*\)$/\1/p')
    found=$(errno_in "$facts")
    case $found:$code in
      quiet:* | :124 | :137 | :143) known="quiet 0 $took" ;;
      :*) known="unsent internal $(text "bash ended with $code: $(printf %.300s "$facts")")" ;;
      *) known="error 0 $found ${after:-$took} 0 -" ;;
    esac
  fi
  printf '%s\n' "$known" | say_facts "$1" "$3"
}

by_nc() { # number, protocol, address, port, wait in ms, steps
  if [ "$2" = udp ]; then echo "unsent not-supported $(text "nc cannot tell an answer over UDP from silence")" | say_facts "$1" "$3"; return; fi
  seconds=$(($5 / 1000 + 1))
  [ "$seconds" -ge 2 ] || seconds=2
  # -z ends with the handshake, and -v tells of it. BusyBox may have neither: it says why it could not connect, and stays
  # where it could, until this script ends it.
  if [ "$NC" = BusyBox ]; then options="-w $seconds"; else options="-n -v -z -w $seconds"; fi
  began=$(clock)
  said=$($LIMIT "$((seconds + 10))" nc $options "$3" "$4" 2>&1 >/dev/null </dev/null)
  code=$? took=$(($(clock) - began))
  found=$(errno_in "$said")
  case $found:$said in
    quiet:*) fact="quiet 0 $took" ;;
    :*succeeded* | :*" open"* | :*"Connected to"*) fact="open $took - -" ;;
    :*sage:* | :*"invalid option"* | :*"unrecognized option"*) fact="unsent not-supported $(text "this nc does not know its options: $(printf %.300s "$said")")" ;;
    :*"parse"*"as an IP address"* | :*"invalid hostname"*) fact="unsent not-supported $(text "this nc does not know addresses like $3")" ;;
    :*)
      case $NC:$code in
        BusyBox:0 | BusyBox:124 | BusyBox:137 | BusyBox:143) fact="open $took - -" ;;
        *:124 | *:137 | *:143) fact="unsent internal $(text "nc had to be ended before it said what came of the connection")" ;;
        *) fact="unsent not-supported $(text "nc ended with $code and said what is not known: $(printf %.300s "$said")")" ;;
      esac
      ;;
    *) fact="error 0 $found $took 0 -" ;;
  esac
  echo "$fact" | say_facts "$1" "$3"
}

# TLS where nothing better is there: the handshake alone, and what was shown in it. Nothing is sent under it. What -state
# says comes at once, so it is there as well where openssl had to be ended.
by_openssl() { # number, address, port, wait in ms, NAME:ALPN:MILLISECONDS:BYTES
  name=${5%%:*} value=${5#*:}
  alpn=${value%%:*}
  case $2 in *:*) place="[$2]:$3" ;; *) place=$2:$3 ;; esac
  if [ "$name" = - ]; then name=-noservername; else name="-servername $name"; fi
  if [ "$alpn" = - ]; then alpn=; else alpn="-alpn $alpn"; fi
  seconds=$(($4 / 1000 + 2))
  began=$(clock)
  said=$($LIMIT "$seconds" openssl s_client -connect "$place" $name $alpn $OPENSSL -state -showcerts 2>&1 </dev/null | head -c 200000 | tr -d '\000')
  took=$(($(clock) - began))
  case $said in
    *CONNECTED* | *SSL_connect:*) ;;
    *)
      found=$(errno_in "$said")
      case $found:$said in
        quiet:* | :) echo "quiet 0 $took" ;;
        :*) echo "unsent internal $(text "openssl said: $(printf %.300s "$said")")" ;;
        *) echo "error 0 $found $took 0 -" ;;
      esac | say_facts "$1" "$2"
      return
      ;;
  esac
  {
    echo "open $took - -"
    version=$(printf '%s\n' "$said" | sed -n 's/^\(New\|Reused\), \(TLS\|SSL\)\(v[0-9.]*\), .*/\2\3/p' | head -n 1)
    why=$(printf '%s\n' "$said" | sed -n 's/.*:SSL routines:[^:]*:\([^:]*\):.*/\1/p' | head -n 1)
    if [ -n "$version" ]; then
      printf 'secured 1 %s %s' "$took" "$version"
      printf '%s\n' "$said" | awk '/-----BEGIN CERTIFICATE-----/ { inside = 1; der = ""; next }
        /-----END CERTIFICATE-----/ { if (inside && count++ < 10) printf " b64:%s", der; inside = 0; next }
        inside { der = der $0 }
        END { print "" }'
    else
      case $why:$said in
        "unexpected eof"* | :*errno=0*) echo "ended 1 $took" ;;
        :*errno=104* | :*"reset by peer"*) echo "error 1 ECONNRESET $took 0 -" ;;
        :*) echo "quiet 1 $took" ;;
        *) echo "unsecured 1 $took $(text "$why")" ;;
      esac
    fi
  } | say_facts "$1" "$2"
}

by_ping() { # number, address, wait in ms
  if ! command -v ping >/dev/null 2>&1; then echo "unsent program-missing $(text "there is no program ping")" | say_facts "$1" "$2"; return; fi
  said=$(ping -n -c 1 -W "$((($3 + 999) / 1000))" "$2" 2>&1 </dev/null)
  echo "ping $? $(printf %s "$said" | head -c 4000 | hexed)" | say_facts "$1" "$2"
}

own_addresses() {
  { hostname -I; ip addr | awk '$1 ~ /^inet6?$/ { sub("/.*", "", $2); printf "%s ", $2 }'; } 2>/dev/null
}
# On which of the ports that others ask something listens here, as the kernel lists it: addresses are words of 32 bits in the
# order of this machine, in hexadecimal digits. Of a socket of :: only ss knows whether it takes IPv4. Sends nothing.
listening() {
  asked=$(head_lines | sed -n 's/^pm asked //p')
  [ -n "$asked" ] && [ -z "$HIDES" ] || return 0
  if ! [ -r /proc/net/tcp ]; then echo "pm listens - $(text "there is no /proc/net/tcp here")"; return; fi
  order=$(printf '\001\000' | od -An -tx2 | tr -d ' \n')
  found=$(for table in tcp tcp6 udp udp6; do if [ -r "/proc/net/$table" ]; then sed "s/^/$table /" "/proc/net/$table"; fi; done |
    awk -v asked="$asked" -v little="$order" '
      function number(digits, at, value) {
        value = 0
        for (at = 1; at <= length(digits); at++) value = value * 16 + index("0123456789ABCDEF", substr(digits, at, 1)) - 1
        return value
      }
      BEGIN { count = split(asked, words, " "); for (at = 1; at <= count; at++) wanted[words[at]] = 1 }
      {
        protocol = substr($1, 1, 3)
        split($3, end, ":")
        place = protocol "/" number(end[2])
        if (!(place in wanted) || $5 != (protocol == "tcp" ? "0A" : "07")) next
        said = ""
        for (at = 1; at < length(end[1]); at += 2) {
          inside = (at - 1) % 8
          pair = substr(end[1], little == "0001" ? at + 6 - 2 * inside : at, 2)
          if (length(end[1]) == 8) said = said (at == 1 ? "" : ".") number(pair)
          else said = said (at > 1 && at % 4 == 1 ? ":" : "") tolower(pair)
        }
        if (said ~ /^[0:]+$/) said = "::"
        if (!seen[place said]++) print place "/" said
      }')
  how=kernel
  case "$found
" in *"/::
"*)
    sockets=$(ss -Hlntue 2>/dev/null </dev/null) || sockets=
    case $sockets in *" v6only:"*)
      how=kernel+ss
      found=$(printf '%s\n\n%s\n' "$sockets" "$found" | awk '
        !past && / v6only:1/ { sub(/^.*:/, "", $5); only[$1 "/" $5] = 1 }
        past { place = $0; sub(/\/::$/, "", place); print $0 (place != $0 && place in only ? "/v6only" : "") }
        $0 == "" { past = 1 }')
      ;;
    esac
    ;;
  *) how=kernel+ss ;;
  esac
  mine=" $(own_addresses | tr '\n' ' ') "
  for one in $asked; do
    case $one in */*) continue ;; esac
    case $one:$mine in 127.*:* | ::1:*) found="$found own/$one" ;; *:"  ") ;; *" $one "*) found="$found own/$one" ;; *) found="$found foreign/$one" ;; esac
  done
  echo pm listens $how $found
}
leads_home() { # name, address: why an address that a name led to is not asked
  [ "$1" != "$2" ] || return 0
  case $1 in localhost | localhost. | *.localhost | *.localhost.) return 0 ;; esac
  case $2 in
    127.* | 0.0.0.0 | ::1 | ::) echo "which is this machine itself" ;;
    22[4-9].* | 2[345][0-9].* | [fF][fF][0-9a-fA-F][0-9a-fA-F]:*) echo "which is no host but a multicast or broadcast address" ;;
    *) case " $(own_addresses) " in *" $2 "*) echo "which is this machine itself" ;; esac ;;
  esac
}

carry_out() { # the words of one line
  number=$1 protocol=$2 target=$3 port=$4 wait=$5 steps=$7
  case $steps in unsent=*) echo "pm $number - unsent not-supported ${steps#unsent=}"; return ;; esac
  greets=
  if [ -n "$HAS_OPENSSL" ]; then case $protocol:$steps in tcp:tls=*) greets=${steps#tls=} greets=${greets%%,*} ;; esac; fi
  if [ "$TOOL" = none ] && [ "$protocol" != icmp ] && [ -z "$greets" ]; then
    echo "pm $number - unsent program-missing $(text "$(what_is_missing)")"
    return
  fi
  steps=$(with_communities "$steps")
  if [ -z "$steps" ]; then echo "pm $number - unsent not-supported $(text "no community was given in its variable")"; return; fi
  found=$(addresses_of "$target")
  if [ -z "$found" ]; then echo "pm $number - nameless $(text "no address was found")"; return; fi
  for address in $found; do
    home=$(leads_home "$target" "$address")
    if [ -n "$home" ]; then
      echo "unsent name-leads-home $(text "$target resolves to $address there, $home; nothing was sent")" | say_facts "$number" "$address"
      continue
    fi
    case $protocol:$greets in
      icmp:*) by_ping "$number" "$address" "$wait" ;;
      tcp:?*) by_openssl "$number" "$address" "$port" "$wait" "$greets" ;;
      *) "by_$TOOL" "$number" "$protocol" "$address" "$port" "$wait" "$steps" </dev/null ;;
    esac
  done
}

what_is_missing() {
  if [ -n "$WITH" ]; then
    echo "there is no $WITH here that can do this (--with $WITH)"
  elif [ -z "$LIMIT" ] && command -v bash nc >/dev/null 2>&1; then
    echo "there is no program timeout here, without which nothing is begun"
  else
    echo "there is no Python, perl, bash or nc here that opens connections"
  fi
}

# Orders that are carried out at the same time; the facts of each come in one piece, and in this order.
together() { # a line for each
  first=$1
  shift
  if [ $# -eq 0 ]; then carry_out $first; else carry_out $first | { others=$(together "$@"); cat; [ -z "$others" ] || printf '%s\n' "$others"; }; fi
}
# Eight at a time, four of one target.
carry_out_all() { # lines on standard input
  set -f
  set --
  targets=
  while read -r line; do
    target=${line#* * } target=${target%% *}
    case $targets in *" $target "*" $target "*" $target "*" $target "*) isolate=1 ;; *) isolate= ;; esac
    if [ -n "$isolate" ] || [ $# -ge 8 ]; then
      together "$@" </dev/null
      set --
      targets=
    fi
    set -- "$@" "$line"
    targets="$targets $target "
  done
  [ $# -eq 0 ] || together "$@" </dev/null
}

own_hash() {
  if [ -r "$0" ] && grep -q "^SCRIPT=$SCRIPT\$" "$0" 2>/dev/null && command -v sha256sum >/dev/null 2>&1; then sha256sum <"$0" | cut -d' ' -f1; else echo -; fi
}
sum_of() { # what is on standard input
  if command -v sha256sum >/dev/null 2>&1; then echo "sha256:$(sha256sum | cut -d' ' -f1)"; elif command -v cksum >/dev/null 2>&1; then echo "cksum:$(cksum | cut -d' ' -f1)"; else echo -; fi
}
finish() { # all lines
  count=$(printf '%s\n' "$1" | wc -l)
  printf '%s\n%s\n%s\n' "-----BEGIN PORTMATRIX FRAGMENT-----" "$1" "-----END PORTMATRIX FRAGMENT $((count)) $(printf '%s\n' "$1" | sum_of)-----"
}
hide() { # the communities in what is on standard input, as long as they are
  lines=$(cat)
  for name in $(community_names); do
    eval "value=\${PORTMATRIX_OF_$name-}"
    [ -n "$value" ] || continue
    digits=$(text "$value")
    header=04$(hex_length "$((${#digits} / 2))")
    lines=$(printf '%s\n' "$lines" | FROM=$header$digits BY=$header$(printf %s "$digits" | sed 's/../2a/g') awk '{
      done = ""
      while ((at = index($0, ENVIRON["FROM"])) > 0) {
        done = done substr($0, 1, at - 1) ENVIRON["BY"]
        $0 = substr($0, at + length(ENVIRON["FROM"]))
      }
      print done $0
    }')
  done
  printf '%s\n' "$lines"
}

WITH= OUT= UNREACHED= LOST= HIDES=
while [ $# -gt 0 ]; do
  case $1 in
    --list) order_lines; echo "# This is what would be sent. Nothing was sent."; exit 0 ;;
    --out) OUT=${2-} ;;
    --with) case ${2-} in python | perl | bash | nc) WITH=$2 ;; *) echo "--with knows python, perl, bash and nc" >&2; exit 2 ;; esac ;;
    --no-listeners) HIDES=--no-listeners; shift; continue ;;
    --unreached) UNREACHED=${2-} LOST=1 ;;
    *) echo "usage: [--list] [--out FILE] [--with TOOL] [--unreached TEXT] [--no-listeners]" >&2; exit 2 ;;
  esac
  shift $(($# > 1 ? 2 : 1))
done

# Where it is stopped, its draft goes: half a fragment is none.
DRAFT=
leave() {
  [ -z "$DRAFT" ] || rm -f -- "$DRAFT"
  exit "$1"
}
when_stopped() {
  trap 'leave 130' INT
  trap 'leave 143' TERM
  trap 'leave 129' HUP
}

ask_for_communities() {
  for name in $(community_names); do
    eval "value=\${PORTMATRIX_OF_$name-}"
    if [ -z "$value" ] && [ -t 2 ] && [ -r /dev/tty ]; then
      printf 'SNMP community (%s), empty to leave it out: ' "$name" >/dev/tty
      trap 'stty echo </dev/tty 2>/dev/null; leave 130' INT TERM HUP
      stty -echo </dev/tty 2>/dev/null
      IFS= read -r value </dev/tty
      stty echo </dev/tty 2>/dev/null
      when_stopped
      echo >/dev/tty
      eval "PORTMATRIX_OF_$name=\$value"
    fi
  done
}

run() {
  if [ -n "$LOST" ]; then TOOL=none; else choose "$WITH"; ask_for_communities; fi
  by="sh $SCRIPT $(own_hash)"
  case $TOOL in
    python | perl) for name in $(community_names); do eval "export $name=\"\$PORTMATRIX_OF_$name\""; done ;;
  esac
  case $TOOL in
    python) python_program | "$PYTHON" -I -S - --by "$by" $HIDES; return ;;
    perl) perl_program | perl - --by "$by" $HIDES; return ;;
  esac
  NC=$(command -v nc >/dev/null 2>&1 && nc_kind)
  HAS_OPENSSL=
  if [ -z "$LOST" ] && [ -n "$LIMIT" ] && OPENSSL=$(openssl_words); then HAS_OPENSSL=1; fi
  case $TOOL in
    bash) named=$(bash -c 'echo "bash ${BASH_VERSION%%(*}"') ;;
    nc) named="nc ($NC)" ;;
    *) named="no tool" ;;
  esac
  [ -z "$HAS_OPENSSL" ] || named="$named, openssl"
  lines=$(
    head_lines
    printf 'pm script %s\npm tool %s\npm began %s\n' "$by" "$named" "$(date +%s)"
    if [ -n "$LOST" ]; then
      printf 'pm unreached %s\n' "$(printf %.900s "$UNREACHED" | hexed)"
    else
      listening
      order_lines | grep '^[0-9]' | carry_out_all | hide
    fi
    printf 'pm finished %s\n' "$(date +%s)"
  )
  finish "$lines"
}

when_stopped
if [ -z "$OUT" ]; then run; exit $?; fi
umask 077
set -C
true >"$OUT.part" || exit 1
DRAFT=$OUT.part
run >|"$DRAFT" || leave 1
mv -- "$OUT.part" "$OUT"
