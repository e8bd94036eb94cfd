# Asks from this machine what is listed below, and writes down what was seen: facts, no opinion. portmatrix made it; it judges
# on another machine. Nothing is fetched, installed or changed, nothing but the listed packets is sent, no secret is in here.
#
#   powershell -NoProfile -ExecutionPolicy Bypass -File NAME.ps1             sends, writes the fragment to stdout
#   ... -ListOnly            shows what would be sent, and sends nothing (--list does the same)
#   ... -Out FILE            writes the fragment to a file, whole or not at all
#   ... -Unreached TEXT      sends nothing; the fragment says that this script never ran on its node, and why
#   ... -NoListeners         does not say whether something listens here on the ports that others ask
#
# Windows PowerShell 5.1, or PowerShell 7.
[CmdletBinding(PositionalBinding = $false)]
param(
  [switch]$ListOnly, [switch]$NoListeners, [string]$Out, [string]$Unreached,
  [Parameter(ValueFromRemainingArguments = $true)][string[]]$Rest
)

# What is sent, a line each: NUMBER PROTOCOL TARGET PORT MILLISECONDS once|again STEPS. Above each it is told in words.
# Bytes are hexadecimal. Steps: hear=MILLISECONDS (reads), say=BYTES, shut (half-close), tls=NAME:ALPN:MILLISECONDS:BYTES
# (sends these bytes, a greeting of TLS, reads, and no more), get=VERSION:BYTES:VARIABLE (SNMP; the community is in that
# variable of the environment, or asked for), unsent=WHY; - is a connection alone, which ends with a reset.
$orders = @'
@ORDERS@
'@
$head = @'
@HEAD@
'@

# One order. It runs in a thread of its own and returns the lines that are written down.
$work = {
  param([string]$line, [string]$community)
  $ErrorActionPreference = 'Stop'
  $onLinux = "$($PSVersionTable.Platform)" -eq 'Unix'
  $number, $protocol, $target, $port, $limitMs, $times, $sequence = $line.Split(' ')
  $limitMs = [int]$limitMs
  # Windows takes a reset for an answer only when its repeated SYNs had one too, after about two seconds.
  if (-not $onLinux -and $protocol -eq 'tcp') { $limitMs = [Math]::Max($limitMs, 3500) }
  $steps = @(if ($sequence -ne '-') { $sequence.Split(',') })
  $facts = New-Object System.Collections.ArrayList
  $buffer = New-Object byte[] 65536

  function Note($place) { [void]$facts.Add("pm $number $place " + ($args -join ' ')) }
  function Hexed($bytes, $count) { if ($count -eq 0) { '-' } else { [BitConverter]::ToString($bytes, 0, $count).Replace('-', '').ToLowerInvariant() } }
  function HexedText($said) { $bytes = [Text.Encoding]::UTF8.GetBytes([string]$said); Hexed $bytes ([Math]::Min($bytes.Length, 900)) }
  function Unhexed($hex) {
    $bytes = New-Object byte[] $(if ($hex -eq '-') { 0 } else { $hex.Length / 2 })
    for ($at = 0; $at -lt $bytes.Length; $at++) { $bytes[$at] = [Convert]::ToByte($hex.Substring(2 * $at, 2), 16) }
    , $bytes
  }
  function Micros($clock) { [long]($clock.Elapsed.TotalMilliseconds * 1000) }
  $errnos = @{
    AccessDenied = 'EACCES'; AddressAlreadyInUse = 'EADDRINUSE'; AddressFamilyNotSupported = 'EAFNOSUPPORT'
    AddressNotAvailable = 'EADDRNOTAVAIL'; ConnectionAborted = 'ECONNABORTED'; ConnectionRefused = 'ECONNREFUSED'
    ConnectionReset = 'ECONNRESET'; HostDown = 'EHOSTDOWN'; HostUnreachable = 'EHOSTUNREACH'; InvalidArgument = 'EINVAL'
    MessageSize = 'EMSGSIZE'; NetworkDown = 'ENETDOWN'; NetworkReset = 'ENETRESET'; NetworkUnreachable = 'ENETUNREACH'
    NoBufferSpaceAvailable = 'ENOBUFS'; NotConnected = 'ENOTCONN'; Shutdown = 'EPIPE'; TimedOut = 'ETIMEDOUT'
    TooManyOpenSockets = 'EMFILE'; ProtocolFamilyNotSupported = 'EAFNOSUPPORT'
  }
  function Errno($code) { $name = $errnos[[string][Net.Sockets.SocketError]$code]; if ($name) { $name } else { 'UNKNOWN' } }
  # The SocketError of an exception that a call threw; anything else is a mistake of this script and is thrown again.
  function Code($record) {
    for ($error_ = $record.Exception; $error_; $error_ = $error_.InnerException) {
      if ($error_ -is [Net.Sockets.SocketException]) { return $error_.SocketErrorCode }
    }
    throw $record
  }
  # .NET tells no ICMP codes, hence the last "-". Windows' own firewall says AccessDenied; no ICMP error becomes that there.
  function Fail($place, $step, $code, $clock, $atCall) {
    if (-not $onLinux -and [string][Net.Sockets.SocketError]$code -eq 'AccessDenied') { $atCall = 1 }
    Note $place 'error' $step (Errno $code) (Micros $clock) $atCall '-'
  }

  # Waits for the connection: Success, the error, or TimedOut by this script's own clock as $null.
  function Wait-Connected($socket) {
    $writes = New-Object System.Collections.ArrayList
    $errors = New-Object System.Collections.ArrayList
    [void]$writes.Add($socket)
    [void]$errors.Add($socket)
    [Net.Sockets.Socket]::Select($null, $writes, $errors, 1000 * $limitMs)
    if ($writes.Count + $errors.Count -eq 0) { return $null }
    [Net.Sockets.SocketError]$socket.GetSocketOption('Socket', 'Error')
  }
  # Reads until nothing came for half a second after something did, 64 KiB, the end, or for so long. False: all is over.
  function Hear-Tcp($socket, $place, $step, $clock, $forMs) {
    $total = 0
    $untilMs = $clock.Elapsed.TotalMilliseconds + $forMs
    $code = [Net.Sockets.SocketError]::Success
    while ($total -lt $buffer.Length -and $facts.Count -lt $mostFacts) {
      $leftMs = $untilMs - $clock.Elapsed.TotalMilliseconds
      if ($total -gt 0) { $leftMs = [Math]::Min($leftMs, 500) }
      # On a busy machine the time may be over before it was looked once.
      if (-not $socket.Poll([int](1000 * [Math]::Max($leftMs, 0)), 'SelectRead')) {
        if ($total -eq 0) { Note $place 'quiet' $step (Micros $clock) }
        return $total -gt 0
      }
      $count = $socket.Receive($buffer, 0, $buffer.Length - $total, 'None', [ref]$code)
      if ($code -eq 'WouldBlock') { continue }
      if ($code -ne 'Success') { Fail $place $step $code $clock 0; return $false }
      if ($count -eq 0) { Note $place 'ended' $step (Micros $clock); return $false }
      Note $place 'received' $step (Micros $clock) (Hexed $buffer $count)
      $total += $count
    }
    $true
  }
  function Ask-Tcp($address) {
    $socket = New-Object Net.Sockets.Socket $address.AddressFamily, 'Stream', 'Tcp'
    $end = New-Object Net.IPEndPoint $address, ([int]$port)
    $step = 0
    try {
      $socket.Blocking = $false
      $clock = [Diagnostics.Stopwatch]::StartNew()
      try { $socket.Connect($end) } catch {
        $code = Code $_
        if ($code -ne 'WouldBlock' -and $code -ne 'InProgress') { return Fail $address 0 $code $clock 1 }
      }
      $code = Wait-Connected $socket
      if ($null -eq $code) { return Note $address 'quiet' 0 (Micros $clock) }
      if ($code -ne 'Success') { return Fail $address 0 $code $clock 0 }
      Note $address 'open' (Micros $clock) $socket.LocalEndPoint.Address $socket.LocalEndPoint.Port
      if ($steps.Count -eq 0) { $socket.LingerState = New-Object Net.Sockets.LingerOption $true, 0 }
      $clock.Restart()
      foreach ($one in $steps) {
        $do, $value = $one -split '=', 2
        if ($do -eq 'hear') { if (Hear-Tcp $socket $address $step $clock ([int]$value)) { continue } else { return } }
        $step++
        if ($do -eq 'shut') { $socket.Shutdown('Send'); $clock.Restart(); continue }
        $forMs = $null
        if ($do -eq 'tls') { $name, $alpn, $forMs, $value = $value -split ':' }
        $socket.Blocking = $true # a question is small, and the time for it is limited
        $socket.SendTimeout = $limitMs
        try { [void]$socket.Send((Unhexed $value)) } catch { return Fail $address ($step - 1) (Code $_) $clock 0 }
        $socket.Blocking = $false
        $clock.Restart()
        # TLS is begun and not agreed on: .NET would look at the certificate, and Windows fetches others for that.
        if ($forMs) { [void](Hear-Tcp $socket $address $step $clock ([int]$forMs)); return }
      }
    } finally { $socket.Close() }
  }

  function Length-Of($count) {
    if ($count -lt 128) { return '{0:x2}' -f $count }
    if ($count -lt 256) { return '81{0:x2}' -f $count }
    '82{0:x4}' -f $count
  }
  # Tag, length and value of the community in a message of SNMP; and as it is written down.
  function Community-In($text) { '04' + (Length-Of ($text.Length / 2)) + $text }
  function Snmp-Message($value) {
    $version, $pdu, $variable = $value -split ':'
    $inside = '0201' + ('{0:x2}' -f [int]$version) + (Community-In (HexedText $community)) + $pdu
    '30' + (Length-Of ($inside.Length / 2)) + $inside
  }
  function Without-Community($hex) {
    if (-not $community) { return $hex }
    $secret = HexedText $community
    $hex.Replace((Community-In $secret), (Community-In ('2a' * ($secret.Length / 2))))
  }
  # What came over one of the sockets: 1 an answer, 2 an error, 0 nothing.
  function Hear-Udp($socket, $address, $step, $clock) {
    if ($onLinux) { # .NET does not say there that a socket for datagrams has an error
      $code = $socket.GetSocketOption('Socket', 'Error')
      if ($code -ne 0) { Fail $address $step $code $clock 0; return 2 }
    }
    if (-not $socket.Poll(0, 'SelectRead')) { return 0 }
    $code = [Net.Sockets.SocketError]::Success
    $count = $socket.Receive($buffer, 0, $buffer.Length, 'None', [ref]$code)
    if ($code -eq 'WouldBlock') { return 0 }
    # Windows says ConnectionReset of a datagram that somebody answered with port unreachable.
    if ($code -ne 'Success') { Fail $address $step $(if ($code -eq 'ConnectionReset') { 'ConnectionRefused' } else { $code }) $clock 0; return 2 }
    $bytes = Without-Community (Hexed $buffer $count)
    $clockMs = [long][Math]::Floor(([DateTime]::UtcNow - [DateTime]'1970-01-01').TotalMilliseconds)
    Note $address 'datagram' $step (Micros $clock) $bytes $address $port '-' $clockMs
    1
  }
  function Ask-Udp($address) {
    $opened = New-Object System.Collections.ArrayList # @{ socket; step; clock; isAside }
    try {
      foreach ($one in $steps) {
        $do, $value = $one -split '=', 2
        if ($do -ne 'say' -and $do -ne 'get') { continue }
        $isAside = $value.EndsWith('~')
        $bytes = Unhexed $(if ($do -eq 'get') { Snmp-Message $value } else { $value.TrimEnd('~') })
        $socket = New-Object Net.Sockets.Socket $address.AddressFamily, 'Dgram', 'Udp'
        $clock = [Diagnostics.Stopwatch]::StartNew()
        [void]$opened.Add(@{ socket = $socket; step = $opened.Count + 1; clock = $clock; isAside = $isAside })
        try {
          $socket.Connect((New-Object Net.IPEndPoint $address, ([int]$port)))
          [void]$socket.Send($bytes)
        } catch { return Fail $address $opened.Count (Code $_) $clock 1 }
        $socket.Blocking = $false
        do {
          $isOver = $clock.ElapsedMilliseconds -ge $limitMs / $datagrams
          foreach ($each in $opened) {
            $came = Hear-Udp $each.socket $address $each.step $each.clock
            if ($came -eq 2 -or ($came -eq 1 -and -not $each.isAside)) { return }
          }
          if ($facts.Count -ge $mostFacts) { return }
          if (-not $isOver) { Start-Sleep -Milliseconds 5 }
        } until ($isOver)
      }
      Note $address 'quiet' $opened.Count (Micros $opened[0].clock)
    } finally { foreach ($each in $opened) { $each.socket.Close() } }
  }

  # Says what came of an echo request in the words of the program `ping`.
  function Ask-Echo($address) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    try {
      # Without a way .NET may say that it was silent, so the way is looked for first; this sends nothing.
      $trial = New-Object Net.Sockets.Socket $address.AddressFamily, 'Dgram', 'Udp'
      try { $trial.Connect((New-Object Net.IPEndPoint $address, 9)) } finally { $trial.Close() }
      $reply = (New-Object Net.NetworkInformation.Ping).Send($address, $limitMs)
    } catch { return Fail $address 0 (Code $_) $clock 1 }
    $words = @{
      DestinationHostUnreachable = 'Destination Host Unreachable'; DestinationNetworkUnreachable = 'Destination Net Unreachable'
      DestinationPortUnreachable = 'Destination Port Unreachable'; TtlExpired = 'Time to live exceeded'
    }[[string]$reply.Status]
    # One number means protocol unreachable over IPv4 and prohibited over IPv6.
    if ([int]$reply.Status -eq 11004) { $words = if ("$($reply.Address)".Contains(':')) { 'Destination unreachable: Administratively prohibited' } else { 'Destination Protocol Unreachable' } }
    if ($reply.Status -eq 'Success') {
      $ttl = if ($reply.Options) { " ttl=$($reply.Options.Ttl)" }
      $said = "64 bytes from $($reply.Address): icmp_seq=1$ttl time=$($reply.RoundtripTime) ms"
    } elseif ($words) { $said = "From $($reply.Address) icmp_seq=1 $words" }
    elseif ($reply.Status -eq 'TimedOut') { $said = '1 packets transmitted, 0 received' }
    else { $said = "$($reply.Status)" }
    Note $address 'ping' $(if ($reply.Status -eq 'Success') { 0 } else { 1 }) (HexedText "$said`n")
  }

  # Why an address that a name led to is not asked: it is this machine itself, or no host. A bind sends nothing.
  function Leads-Home($address) {
    if ("$address" -eq $target -or $target -match '^(.*\.)?localhost\.?$') { return }
    if ($address.IsIPv6Multicast -or ($address.AddressFamily -eq 'InterNetwork' -and $address.GetAddressBytes()[0] -ge 224)) { return 'which is no host but a multicast or broadcast address' }
    $probe = New-Object Net.Sockets.Socket $address.AddressFamily, 'Stream', 'Tcp'
    try { $probe.Bind((New-Object Net.IPEndPoint $address, 0)); return 'which is this machine itself' } catch { return } finally { $probe.Close() }
  }

  function Addresses {
    $literal = $null
    if ([Net.IPAddress]::TryParse($target, [ref]$literal)) { return $literal }
    try { $found = [Net.Dns]::GetHostAddresses($target) } catch { return Note '-' 'nameless' (HexedText $_.Exception.GetBaseException().Message) }
    if (-not $found) { Note '-' 'nameless' (HexedText 'no address') }
    $found | Select-Object -Unique -First 64
  }

  try {
    if ($steps.Count -gt 0 -and $steps[0].StartsWith('unsent=')) { Note '-' 'unsent' 'not-supported' $steps[0].Substring(7); return $facts }
    if ($sequence -match '(^|,)get=' -and -not $community) {
      Note '-' 'unsent' 'not-supported' (HexedText "no community was given in the variable $(($sequence -split '[:,]')[2])")
      return $facts
    }
    $datagrams = [Math]::Max(1, @($steps | Where-Object { $_ -match '^(say|get)=' }).Count)
    foreach ($address in Addresses) {
      $mostFacts = $facts.Count + 100
      $home_ = Leads-Home $address
      if ($home_) { Note $address 'unsent' 'name-leads-home' (HexedText "$target resolves to $address there, $home_; nothing was sent"); continue }
      switch ($protocol) {
        'tcp' { Ask-Tcp $address }
        'udp' { Ask-Udp $address }
        'icmp' { Ask-Echo $address }
      }
    }
  } catch {
    Note '-' 'unsent' 'internal' (HexedText "$($_.Exception.Message) (line $($_.InvocationInfo.ScriptLineNumber) of an order)")
  }
  $facts
}

$ErrorActionPreference = 'Stop'
for ($at = 0; $at -lt $Rest.Count; $at++) {
  switch -CaseSensitive ($Rest[$at]) {
    '--list' { $ListOnly = $true }
    '--no-listeners' { $NoListeners = $true }
    '--out' { $at++; $Out = $Rest[$at] }
    '--unreached' { $at++; $Unreached = $Rest[$at] }
    default { throw "unknown argument $($Rest[$at]); known are -ListOnly, -Out FILE, -Unreached TEXT and -NoListeners" }
  }
}
if ($ListOnly) { return $orders, '# This is what would be sent. Nothing was sent.' }

function Seconds { [long](([DateTime]::UtcNow - [DateTime]'1970-01-01').TotalSeconds - 0.5) }
# AppLocker and App Control keep unsigned scripts in Constrained Language, which has neither sockets nor hashes.
$isFull = "$($ExecutionContext.SessionState.LanguageMode)" -eq 'FullLanguage'
function Hash-Of($bytes) {
  $hash = [Security.Cryptography.SHA256]::Create()
  try { [BitConverter]::ToString($hash.ComputeHash([byte[]]$bytes)).Replace('-', '').ToLowerInvariant() } finally { $hash.Dispose() }
}
function HexedText($text) {
  $codes = if ($isFull) { [Text.Encoding]::UTF8.GetBytes($text) } else { $text.ToCharArray() | ForEach-Object { if ([int]$_ -lt 128) { [int]$_ } else { 63 } } }
  if ($codes) { ($codes | ForEach-Object { '{0:x2}' -f $_ }) -join '' } else { '-' }
}

# On which of the ports that others ask something listens here, as Windows lists it. Sends nothing.
function Listening($asked) {
  try {
    $open = @(Get-NetTCPConnection | Where-Object { "$($_.State)" -eq 'Listen' } | ForEach-Object { "tcp/$($_.LocalPort)/$($_.LocalAddress)" })
    $open += @(Get-NetUDPEndpoint | ForEach-Object { "udp/$($_.LocalPort)/$($_.LocalAddress)" })
  } catch { return "pm listens - $(HexedText "$($_.Exception.Message)")" }
  $words = @($open | ForEach-Object { ($_ -split '%')[0] } | Where-Object { $asked -contains ($_ -replace '/[^/]*$', '') } | Sort-Object -Unique)
  foreach ($address in @($asked | Where-Object { $_ -notlike '*/*' })) {
    if (-not $isFull) { continue }
    $literal = [Net.IPAddress]::Parse($address)
    $trial = New-Object Net.Sockets.Socket $literal.AddressFamily, 'Dgram', 'Udp'
    try { $trial.Bind((New-Object Net.IPEndPoint $literal, 0)); $words += "own/$address" } catch { $words += "foreign/$address" } finally { $trial.Close() }
  }
  (@('pm listens windows') + $words) -join ' '
}

# Ctrl-C leads to the end of this block and to nothing behind it.
$pool = $draft = $null
$isStopped = $true
try {
  $id = '@ID@'
  $found = '-'
  if ($isFull -and $PSCommandPath) {
    $found = Hash-Of ([IO.File]::ReadAllBytes($PSCommandPath))
  }
  $lines = @($head -split "`r?`n")
  $lines += "pm script powershell $id $found", "pm tool PowerShell $($PSVersionTable.PSVersion)", "pm began $(Seconds)"
  $todo = @($orders -split "`r?`n" | Where-Object { $_ -match '^[0-9]' })
  $asked = @($lines | Where-Object { $_ -match '^pm asked ' } | ForEach-Object { ($_ -split ' ')[2..4000] })
  if ($asked.Count -gt 0 -and -not $NoListeners -and -not $Unreached) { $lines += Listening $asked }
  if ($Unreached) { $lines += "pm unreached $(HexedText $Unreached)" }
  elseif (-not $isFull) {
    $why = HexedText 'PowerShell there runs in Constrained Language, which allows no sockets (AppLocker or App Control)'
    $lines += $todo | ForEach-Object { "pm $(($_ -split ' ')[0]) - unsent not-supported $why" }
  }
  else {
    $communities = @{}
    foreach ($line in $todo) {
      if ($line -notmatch '[ ,]get=\d+:[0-9a-f]+:([A-Za-z_][A-Za-z0-9_]*)' -or $communities.ContainsKey($Matches[1])) { continue }
      $name = $Matches[1]
      $value = [Environment]::GetEnvironmentVariable($name)
      if (-not $value -and [Environment]::UserInteractive -and -not [Console]::IsInputRedirected) {
        $value = [Net.NetworkCredential]::new('', (Read-Host -AsSecureString "SNMP community ($name); empty leaves these out")).Password
      }
      $communities[$name] = $value
    }
    # Four at a time.
    $pool = [RunspaceFactory]::CreateRunspacePool(1, 4)
    $pool.Open()
    $running = foreach ($line in $todo) {
      $community = if ($line -match '[ ,]get=\d+:[0-9a-f]+:([A-Za-z_][A-Za-z0-9_]*)') { $communities[$Matches[1]] }
      $shell = [PowerShell]::Create()
      $shell.RunspacePool = $pool
      [void]$shell.AddScript($work.ToString()).AddArgument($line).AddArgument([string]$community)
      @{ shell = $shell; waits = $shell.BeginInvoke() }
    }
    foreach ($one in $running) {
      while (-not $one.waits.AsyncWaitHandle.WaitOne(20)) { } # Ctrl-C ends this loop, and not the call below
      $lines += @($one.shell.EndInvoke($one.waits) | ForEach-Object { "$_" })
      $one.shell.Dispose()
    }
    $pool.Close()
    $pool = $null
  }
  $lines += "pm finished $(Seconds)"
  $sum = if ($isFull) { "sha256:$(Hash-Of ([Text.Encoding]::ASCII.GetBytes(($lines -join "`n") + "`n")))" } else { '-' }
  $fragment = @('-----BEGIN PORTMATRIX FRAGMENT-----') + $lines + "-----END PORTMATRIX FRAGMENT $($lines.Count) $sum-----"
  if ($Out) {
    [void](New-Item -ItemType File -Path "$Out.part") # a draft that lies there already is an error
    $draft = "$Out.part"
    Set-Content -LiteralPath $draft -Value $fragment -Encoding Ascii
    Move-Item -LiteralPath $draft -Destination $Out -Force
    $draft = $null
  }
  $isStopped = $false
} catch {
  $isStopped = $false
  throw
} finally {
  if ($pool) { [void]$pool.BeginClose($null, $null) } # in a window of PowerShell what waits would still be sent
  if ($draft) { Remove-Item -LiteralPath $draft }
  if ($isStopped) {
    # The code of `exit` alone is lost behind -File; a session, which goes on, is not ended.
    $words = @(if ($isFull) { [Environment]::GetCommandLineArgs() })
    if ($words -match '^[-/]f(ile|il|i)?$' -and -not ($words -match '^[-/]noe')) { $Host.SetShouldExit(130) }
    exit 130
  }
}
if (-not $Out) { return $fragment }
