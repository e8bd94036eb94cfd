# What bash alone can do of sockets.py, whose head describes the lines: open a TCP connection and tell open, refused and
# silent apart, look up names with getent, ask the routing table, run ping. No bytes, no datagrams, no ICMP codes.
# bash 4 or newer; nothing but bash itself is needed for connections.
declare -A pids began
now() { # microseconds, where bash knows them (5.0)
  if [[ -n ${EPOCHREALTIME-} ]]; then printf -v "$1" %s "${EPOCHREALTIME/[.,]/}"; else printf -v "$1" %s "$((SECONDS * 1000000))"; fi
}
since() { # variable, start: "-" where seconds are all that is known
  local at
  [[ -n ${EPOCHREALTIME-} ]] || { printf -v "$1" -- -; return; }
  now at
  printf -v "$1" %s "$((at > $2 ? at - $2 : 0))"
}
hexed() { # variable, text
  local LC_ALL=C text=${2:0:4096} at digits result=
  for ((at = 0; at < ${#text}; at++)); do
    printf -v digits %02x "'${text:at:1}"
    result+=${digits: -2}
  done
  printf -v "$1" %s "${result:--}"
}
errno_of() { # variable, what bash said
  local found=UNKNOWN
  case $2 in
    *"Connection refused"*) found=ECONNREFUSED ;;
    *"No route to host"*) found=EHOSTUNREACH ;;
    *"Network is unreachable"*) found=ENETUNREACH ;;
    *"timed out"*) found=ETIMEDOUT ;;
    *"Permission denied"*) found=EACCES ;;
    *"Operation not permitted"*) found=EPERM ;;
    *"Cannot assign requested address"*) found=EADDRNOTAVAIL ;;
    *"Address family not supported"*) found=EAFNOSUPPORT ;;
    *"Too many open files"*) found=EMFILE ;;
    *"Invalid argument"*) found=EINVAL ;;
  esac
  printf -v "$1" %s "$found"
}
connect() { # id, address, port; ends silently if it is killed
  local start took
  now start
  began[$1]=$start
  (
    if { true; } 3<>"/dev/tcp/$2/$3"; then
      since took "$start"
      printf 'open %s - 0 %s 0\n' "$1" "$took"
    fi
  ) 2> >(
    said= line=
    while IFS= read -r line || [[ -n $line ]]; do said=$line; done
    [[ -n $said ]] || exit 0
    since took "$start"
    errno_of errno "$said"
    printf 'error %s %s 0 %s -\n' "$1" "$errno" "$took"
  ) </dev/null &
  pids[$1]=$!
}
is_own() { # address: 1 if it is one of this machine; of IPv6 bash knows the loopback alone
  local line last=
  [[ $1 == 127.* || $1 == ::1 ]] && return 1
  while IFS= read -r line; do
    case $line in
      *"|-- "*) last=${line##*|-- } ;;
      *"/32 host LOCAL"*) [[ $last == "$1" ]] && return 1 ;;
    esac
  done 2>/dev/null </proc/net/fib_trie
  return 0
}
look_up() { # id, name
  local found address rest places= own
  if ! command -v getent >/dev/null; then
    hexed rest "there is no program getent to look names up with"
    printf 'nameless %s EAI_FAIL %s\n' "$1" "$rest"
    return
  fi
  found=$(getent ahosts "$2" </dev/null 2>/dev/null)
  while read -r address rest; do
    [[ -n $address && " $places " != *" $address/"* ]] || continue
    is_own "$address"
    places+=" $address/$?"
  done <<<"$found"
  if [[ -n $places ]]; then printf 'names %s%s\n' "$1" "$places"; else printf 'nameless %s ENOTFOUND -\n' "$1"; fi
}
ask_route() { # id, address: a datagram socket that is connected sends nothing
  local said errno=-
  said=$( { { true; } 3<>"/dev/udp/$2/9"; } 2>&1)
  [[ -z $said ]] || errno_of errno "$said"
  printf 'route %s %s\n' "$1" "$errno"
}
run_ping() { # id, address, seconds
  local said code output
  if ! command -v ping >/dev/null; then printf 'error %s ENOENT 1 - -\n' "$1"; return; fi
  said=$(ping -n -c 1 -W "$3" "$2" </dev/null 2>&1)
  code=$?
  hexed output "$said"
  printf 'ping %s %s %s\n' "$1" "$code" "$output"
}
quiet() { # id, socket:ms...
  local id=$1 one left most=0 at
  shift
  now at
  for one; do
    [[ -n ${began[${one%%:*}]-} ]] || continue
    left=$((${one#*:} - (at - ${began[${one%%:*}]}) / 1000))
    ((left > most)) && most=$left
  done
  ((most += 50)) # a process that has just ended has said what it had to say
  (
    printf -v seconds '%d.%03d' $((most / 1000)) $((most % 1000))
    read -r -t "$seconds" _ <> <(:)
    printf 'quiet %s\n' "$id"
  ) </dev/null 2>/dev/null &
}
forget() { # id
  [[ -n ${pids[$1]-} ]] || return
  kill -KILL "${pids[$1]}" 2>/dev/null
  unset "pids[$1]" "began[$1]"
}
trap 'for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null; done' EXIT

printf '\n{"type":"sockets","protocol":1,"runtime":"bash","version":"%s"}\n' "${BASH_VERSION%%(*}"
while IFS=' ' read -r order id a b c; do
  case $order in
    tcp) connect "$id" "$a" "$b" ;;
    name)
      name=
      for ((at = 0; at < ${#a}; at += 2)); do printf -v name "%s\x${a:at:2}" "$name"; done
      look_up "$id" "$name" </dev/null &
      ;;
    route) ask_route "$id" "$a" ;;
    ping) run_ping "$id" "$a" "$b" </dev/null & ;;
    quiet) quiet "$id" $a $b $c ;;
    close | reset) forget "$id" ;;
    data | more | end | "") ;;
    *)
      hexed why "unknown order"
      printf 'failed %s\n' "$why"
      exit 1
      ;;
  esac
done
