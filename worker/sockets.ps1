# The sockets of this machine, for portmatrix on another one: the same as sockets.py, whose head describes the lines, for
# Windows. Windows PowerShell 5.1 or PowerShell 7, the base library of .NET alone; nothing is compiled, nothing written.
# .NET tells no ICMP codes and no times to live of datagrams, so both are "-" here.
$ErrorActionPreference = 'Stop'
$onLinux = $PSVersionTable.Platform -eq 'Unix'
$chunkBytes = 16384
$buffer = New-Object byte[] 65536
$out = [Console]::OpenStandardOutput()
$text = New-Object System.Text.StringBuilder
$sockets = @{} # by number
$asked = New-Object System.Collections.ArrayList # @{ task; act } of look-ups and echo requests under way
$quiets = New-Object System.Collections.ArrayList # @{ due; id }

function Say { [void]$text.Append(($args -join ' ')).Append("`n") }
function Flush {
  if ($text.Length -eq 0) { return }
  $bytes = [Text.Encoding]::ASCII.GetBytes($text.ToString())
  [void]$text.Clear()
  $out.Write($bytes, 0, $bytes.Length)
  $out.Flush()
}
function Now { [Diagnostics.Stopwatch]::GetTimestamp() * 1000000.0 / [Diagnostics.Stopwatch]::Frequency } # microseconds
function Since($start) { [long][Math]::Max(0, (Now) - $start) }
function Hexed($bytes, $count) { if ($count -eq 0) { '-' } else { [BitConverter]::ToString($bytes, 0, $count).Replace('-', '').ToLowerInvariant() } }
function HexedText($said) { $bytes = [Text.Encoding]::UTF8.GetBytes([string]$said); Hexed $bytes $bytes.Length }
function Unhexed($hex) {
  if ($hex -eq '-') { return , (New-Object byte[] 0) }
  # A number with 01 in front keeps its zeros; its bytes come last first. A loop over the digits would take long.
  $all = [bigint]::Parse('01' + $hex, [Globalization.NumberStyles]::AllowHexSpecifier, [Globalization.CultureInfo]::InvariantCulture).ToByteArray()
  [Array]::Reverse($all)
  $bytes = New-Object byte[] ($all.Length - 1)
  [Array]::Copy($all, 1, $bytes, 0, $bytes.Length)
  , $bytes
}

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
function Fail($one, $code, $atCall) {
  # Windows' own firewall forbids it; no ICMP error becomes this there.
  if (-not $onLinux -and [string][Net.Sockets.SocketError]$code -eq 'AccessDenied') { $atCall = 1 }
  Say 'error' $one.id (Errno $code) $atCall (Since $one.began) '-'
}

function New-Socket($address, $type, $protocol) {
  $socket = New-Object Net.Sockets.Socket $address.AddressFamily, $type, $protocol
  $socket.Blocking = $false
  $socket
}
function IsOwn($address) {
  $trial = $null
  try {
    $trial = New-Socket $address 'Dgram' 'Udp'
    $trial.Bind((New-Object Net.IPEndPoint $address, 0))
    1
  } catch { 0 } finally { if ($trial) { $trial.Close() } }
}

function Open-Tcp($id, $address, $port) {
  $socket = New-Socket $address 'Stream' 'Tcp'
  $one = @{ id = $id; socket = $socket; kind = 'tcp'; connecting = $true; credit = 0; ending = $false; began = Now }
  $one.pending = New-Object System.Collections.Queue
  try { $socket.Connect((New-Object Net.IPEndPoint $address, $port)) } catch {
    $code = Code $_
    if ($code -ne 'WouldBlock' -and $code -ne 'InProgress') { $socket.Close(); throw }
  }
  $sockets[$id] = $one
}
function Open-Datagrams($id, $address, $port, $mode) {
  $socket = New-Socket $address 'Dgram' 'Udp'
  $one = @{ id = $id; socket = $socket; kind = 'udp'; connected = $mode -eq 'connected'; began = Now }
  $one.place = New-Object Net.IPEndPoint $address, $port
  $isV4 = $address.AddressFamily -eq 'InterNetwork'
  $any = if ($isV4) { [Net.IPAddress]::Any } else { [Net.IPAddress]::IPv6Any }
  try {
    # Windows tells a socket of every rejected datagram; Linux one that is not connected only if it asks (IP_RECVERR).
    if ($onLinux) {
      $option = if ($isV4) { 0, 11 } else { 41, 25 }
      $socket.SetRawSocketOption($option[0], $option[1], [BitConverter]::GetBytes(1))
    }
    if ($one.connected) { $socket.Connect($one.place) } else { $socket.Bind((New-Object Net.IPEndPoint $any, 0)) }
  } catch { $socket.Close(); throw }
  Say 'bound' $id $socket.LocalEndPoint.Address $socket.LocalEndPoint.Port
  $sockets[$id] = $one
}
function Close-One($one, $reset) {
  $sockets.Remove($one.id)
  if ($reset) { $one.socket.LingerState = New-Object Net.Sockets.LingerOption $true, 0 }
  $one.socket.Close()
}
function Drop($one, $code) { Fail $one $code 0; Close-One $one $false }

function Complete-Connect($one) {
  $code = $one.socket.GetSocketOption('Socket', 'Error')
  if ($code -ne 0) { return Drop $one $code }
  $took = Since $one.began
  $one.connecting = $false
  $own = $one.socket.LocalEndPoint
  Say 'open' $one.id $own.Address $own.Port $took 0
}
function Write-Tcp($one) {
  $code = [Net.Sockets.SocketError]::Success
  while ($one.pending.Count -gt 0) {
    $part = $one.pending.Peek()
    $sent = $one.socket.Send($part.bytes, $part.at, $part.bytes.Length - $part.at, 'None', [ref]$code)
    if ($code -eq 'WouldBlock') { return }
    if ($code -ne 'Success') { return Drop $one $code }
    $part.at += $sent
    if ($part.at -lt $part.bytes.Length) { return }
    [void]$one.pending.Dequeue()
    if ($one.pending.Count -eq 0) { Say 'sent' $one.id }
  }
  if ($one.ending) { $one.ending = $false; $one.socket.Shutdown('Send') }
}
function Read-Tcp($one) {
  $code = [Net.Sockets.SocketError]::Success
  $count = $one.socket.Receive($buffer, 0, [Math]::Min($chunkBytes, $one.credit), 'None', [ref]$code)
  if ($code -eq 'WouldBlock') { return }
  if ($code -ne 'Success') { return Drop $one $code }
  if ($count -eq 0) { $one.credit = 0; return Say 'end' $one.id }
  $one.credit -= $count
  Say 'data' $one.id (Hexed $buffer $count)
}
# Windows says ConnectionReset of a datagram that somebody answered with port unreachable.
function Fail-Datagram($one, $code, $atCall) { Fail $one $(if ($code -eq 'ConnectionReset') { 'ConnectionRefused' } else { $code }) $atCall }
# .NET does not say on Linux that a datagram socket has an error; on Windows reading tells it.
function Tell-Error($one) {
  if (-not $onLinux) { return }
  $code = $one.socket.GetSocketOption('Socket', 'Error')
  if ($code -ne 0) { Fail-Datagram $one $code 0 }
}
function Read-Datagrams($one) {
  for ($count = 0; $count -lt 64; $count++) {
    $from = [Net.EndPoint](New-Object Net.IPEndPoint $(if ($one.place.AddressFamily -eq 'InterNetwork') { [Net.IPAddress]::Any } else { [Net.IPAddress]::IPv6Any }), 0)
    try { $length = $one.socket.ReceiveFrom($buffer, [ref]$from) } catch {
      $code = Code $_
      if ($code -ne 'WouldBlock') { Fail-Datagram $one $code 0 }
      return
    }
    $clock = [long]([DateTime]::UtcNow - [DateTime]'1970-01-01').TotalMilliseconds
    Say 'datagram' $one.id $from.Address $from.Port (Since $one.began) $clock '-' (Hexed $buffer $length)
  }
}
function Send-Data($one, $bytes) {
  if ($one.kind -eq 'tcp') { return $one.pending.Enqueue(@{ bytes = $bytes; at = 0 }) }
  Tell-Error $one # of an earlier datagram, which would be told as one of this
  $one.began = Now
  try { if ($one.connected) { [void]$one.socket.Send($bytes) } else { [void]$one.socket.SendTo($bytes, $one.place) } }
  catch {
    $code = Code $_
    Fail-Datagram $one $code $(if ($code -eq 'ConnectionRefused' -or $code -eq 'ConnectionReset') { 0 } else { 1 })
  }
}

function Look-Up($id, $name) {
  $act = {
    param($task, $id)
    if ($task.Status -eq 'RanToCompletion') {
      $places = $task.Result | ForEach-Object { "$_/$(IsOwn $_)" } | Select-Object -Unique -First 256
      if ($places) { return Say 'names' $id ($places -join ' ') }
      return Say 'nameless' $id 'ENODATA' '-'
    }
    $reason = $task.Exception.GetBaseException()
    $codes = @{ HostNotFound = 'ENOTFOUND'; NoData = 'ENODATA'; TryAgain = 'EAI_AGAIN' }
    $code = if ($reason -is [Net.Sockets.SocketException]) { $codes[[string]$reason.SocketErrorCode] }
    Say 'nameless' $id $(if ($code) { $code } else { 'EAI_FAIL' }) (HexedText $reason.Message)
  }
  try { [void]$asked.Add(@{ task = [Net.Dns]::GetHostAddressesAsync($name); act = $act; id = $id }) }
  catch { Say 'nameless' $id 'EAI_FAIL' (HexedText $_.Exception.Message) }
}
# Says what came of it in the words of the program `ping`, as the other workers run it.
function Send-Echo($id, $address, $seconds) {
  $act = {
    param($task, $id)
    if ($task.Status -ne 'RanToCompletion') {
      $reason = $task.Exception.GetBaseException()
      $code = if ($reason -is [Net.Sockets.SocketException]) { Errno $reason.SocketErrorCode } else { 'UNKNOWN' }
      return Say 'error' $id $code 1 0 '-'
    }
    $reply = $task.Result
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
    Say 'ping' $id $(if ($reply.Status -eq 'Success') { 0 } else { 1 }) (HexedText "$said`n")
  }
  try {
    Find-Route $address # without a way .NET may say that it was silent
    [void]$asked.Add(@{ task = (New-Object Net.NetworkInformation.Ping).SendPingAsync($address, 1000 * $seconds); act = $act; id = $id })
  } catch { Say 'error' $id (Errno (Code $_)) 1 0 '-' }
}
function Find-Route($address) {
  $trial = New-Socket $address 'Dgram' 'Udp'
  try { $trial.Connect((New-Object Net.IPEndPoint $address, 9)) } finally { $trial.Close() } # sends nothing
}
function Ask-Route($id, $address) {
  try { Find-Route $address; Say 'route' $id '-' } catch { Say 'route' $id (Errno (Code $_)) }
}
function Obey($line) {
  $words = $line.Split(' ')
  $order = $words[0]
  $id = [long]$words[1]
  $address = if ('tcp', 'udp', 'route', 'ping' -contains $order) { [Net.IPAddress]::Parse($words[2]) }
  $one = $sockets[$id]
  switch ($order) {
    'tcp' { try { Open-Tcp $id $address ([int]$words[3]) } catch { Say 'error' $id (Errno (Code $_)) 1 0 '-' } }
    'udp' { try { Open-Datagrams $id $address ([int]$words[3]) $words[4] } catch { Say 'error' $id (Errno (Code $_)) 1 0 '-' } }
    'name' { Look-Up $id ([Text.Encoding]::UTF8.GetString((Unhexed $words[2]))) }
    'ping' { Send-Echo $id $address ([int]$words[3]) }
    'route' { Ask-Route $id $address }
    'quiet' {
      $due = Now
      foreach ($word in $words[2..$words.Length]) {
        $at, $ms = $word -split ':'
        $waits = $sockets[[long]$at]
        if ($waits) { $due = [Math]::Max($due, $waits.began + 1000 * [long]$ms) }
      }
      [void]$quiets.Add(@{ due = $due; id = $id })
    }
    'data' { if ($one) { Send-Data $one (Unhexed $words[2]) } }
    'more' { if ($one -and $one.kind -eq 'tcp') { $one.credit += [long]$words[2] } }
    'end' { if ($one) { $one.ending = $true } }
    'close' { if ($one) { Close-One $one $false } }
    'reset' { if ($one) { Close-One $one $true } }
    default { throw "unknown order" }
  }
}
# Waits for the sockets, so many microseconds at most, and serves those that are ready.
function Serve($waitUs) {
  $reads = New-Object System.Collections.ArrayList
  $writes = New-Object System.Collections.ArrayList
  $errors = New-Object System.Collections.ArrayList
  $owners = @{}
  foreach ($one in $sockets.Values) {
    $owners[$one.socket] = $one
    if ($one.kind -eq 'udp') { [void]$reads.Add($one.socket) }
    elseif ($one.connecting) { [void]$writes.Add($one.socket); [void]$errors.Add($one.socket) }
    else {
      if ($one.credit -gt 0) { [void]$reads.Add($one.socket) }
      if ($one.pending.Count -gt 0 -or $one.ending) { [void]$writes.Add($one.socket) }
    }
  }
  if ($reads.Count + $writes.Count + $errors.Count -eq 0) { return }
  [Net.Sockets.Socket]::Select($reads, $writes, $errors, $waitUs)
  foreach ($socket in @($errors) + @($writes)) {
    $one = $owners[$socket]
    if (-not $sockets.ContainsKey($one.id)) { continue }
    if ($one.connecting) { Complete-Connect $one } elseif ($errors -notcontains $socket) { Write-Tcp $one }
  }
  foreach ($one in $sockets.Values) { if ($one.kind -eq 'udp') { Tell-Error $one } }
  foreach ($socket in $reads) {
    $one = $owners[$socket]
    if (-not $sockets.ContainsKey($one.id)) { continue }
    if ($one.kind -eq 'udp') { Read-Datagrams $one } else { Read-Tcp $one }
  }
}

# Standard input can only be waited for by a thread of its own.
$orders = New-Object 'System.Collections.Concurrent.BlockingCollection[string]' 1000
$reader = [PowerShell]::Create()
[void]$reader.AddScript('param($orders) try { while ($null -ne ($line = [Console]::In.ReadLine())) { $orders.Add($line) } } finally { $orders.CompleteAdding() }').AddArgument($orders)
[void]$reader.BeginInvoke()

try {
  Say "`n{`"type`":`"sockets`",`"protocol`":1,`"runtime`":`"powershell`",`"version`":`"$($PSVersionTable.PSVersion)`"}"
  while ($true) {
    Flush
    $due = @($quiets | Where-Object { $_.due -le (Now) }) # what has come by now is served before it is said
    $isBusy = $due.Count -gt 0
    $line = $null
    $waitMs = if ($isBusy -or $sockets.Count -gt 0) { 0 } elseif ($asked.Count + $quiets.Count -gt 0) { 5 } else { 200 }
    for ($count = 0; $count -lt 200 -and $orders.TryTake([ref]$line, $waitMs); $count++) {
      if ($line.Trim()) { Obey $line.Trim() }
      $waitMs = 0
      $isBusy = $true
    }
    if ($orders.IsCompleted) { [Environment]::Exit(0) }
    Serve $(if ($isBusy) { 0 } else { 5000 })
    foreach ($one in @($asked | Where-Object { $_.task.IsCompleted })) {
      $asked.Remove($one)
      & $one.act $one.task $one.id
    }
    foreach ($one in $due) { $quiets.Remove($one); Say 'quiet' $one.id }
  }
} catch {
  Say 'failed' (HexedText "$($_.Exception.Message) (line $($_.InvocationInfo.ScriptLineNumber))")
  try { Flush } finally { [Environment]::Exit(1) }
}
