# Rules for the firewall of cmk itself, by portmatrix. Read them before you apply them: nothing was changed.
# They allow new connections; replies belong to these connections.
# Apply: in PowerShell as an administrator. Applied again, the rules are replaced.
# A rule that blocks wins over these; see Get-NetFirewallRule -Action Block -Enabled True. Loopback is not filtered.
$ErrorActionPreference = 'Stop'
# 2.2 web-http: Web server (HTTP); from kiosk1 and web01
Remove-NetFirewallRule -Name 'portmatrix-in-tcp-80-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-in-tcp-80-ipv4' -DisplayName 'portmatrix: web-http' -Group 'portmatrix' -Direction Inbound -Protocol TCP -LocalPort 80 -RemoteAddress @('10.0.2.50', '10.0.2.1') -Profile Any -Action Allow | Out-Null
# 2.2 snmp-trap: SNMP traps (Event Console); from sw01, sw02, sw03 and ups1
Remove-NetFirewallRule -Name 'portmatrix-in-udp-162-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-in-udp-162-ipv4' -DisplayName 'portmatrix: snmp-trap' -Group 'portmatrix' -Direction Inbound -Protocol UDP -LocalPort 162 -RemoteAddress @('10.0.3.1', '10.0.3.2', '10.0.3.3', '10.0.3.40') -Profile Any -Action Allow | Out-Null
# 2.2 web-https: Web server (HTTPS); from kiosk1 and web01
Remove-NetFirewallRule -Name 'portmatrix-in-tcp-443-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-in-tcp-443-ipv4' -DisplayName 'portmatrix: web-https' -Group 'portmatrix' -Direction Inbound -Protocol TCP -LocalPort 443 -RemoteAddress @('10.0.2.50', '10.0.2.1') -Profile Any -Action Allow | Out-Null
# 2.2 syslog-tcp: Syslog over TCP (Event Console); from kiosk1, sw01, sw02, sw03, ups1, web01 and web02
Remove-NetFirewallRule -Name 'portmatrix-in-tcp-514-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-in-tcp-514-ipv4' -DisplayName 'portmatrix: syslog-tcp' -Group 'portmatrix' -Direction Inbound -Protocol TCP -LocalPort 514 -RemoteAddress @('10.0.2.50', '10.0.3.1', '10.0.3.2', '10.0.3.3', '10.0.3.40', '10.0.2.1', '10.0.2.2') -Profile Any -Action Allow | Out-Null
# 2.2 syslog-udp: Syslog over UDP (Event Console); from kiosk1, sw01, sw02, sw03, ups1, web01 and web02
Remove-NetFirewallRule -Name 'portmatrix-in-udp-514-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-in-udp-514-ipv4' -DisplayName 'portmatrix: syslog-udp' -Group 'portmatrix' -Direction Inbound -Protocol UDP -LocalPort 514 -RemoteAddress @('10.0.2.50', '10.0.3.1', '10.0.3.2', '10.0.3.3', '10.0.3.40', '10.0.2.1', '10.0.2.2') -Profile Any -Action Allow | Out-Null
# 2.2 real-time-checks: Real-time checks; from web01 and web02
Remove-NetFirewallRule -Name 'portmatrix-in-udp-6559-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-in-udp-6559-ipv4' -DisplayName 'portmatrix: real-time-checks' -Group 'portmatrix' -Direction Inbound -Protocol UDP -LocalPort 6559 -RemoteAddress @('10.0.2.1', '10.0.2.2') -Profile Any -Action Allow | Out-Null
# 2.2 agent-registration: Agent Controller TLS registration; from web01
Remove-NetFirewallRule -Name 'portmatrix-in-tcp-8000-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-in-tcp-8000-ipv4' -DisplayName 'portmatrix: agent-registration' -Group 'portmatrix' -Direction Inbound -Protocol TCP -LocalPort 8000 -RemoteAddress @('10.0.2.1') -Profile Any -Action Allow | Out-Null
# 2.2 agent-registration: Agent Controller TLS registration; from kiosk1
Remove-NetFirewallRule -Name 'portmatrix-in-tcp-8001-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-in-tcp-8001-ipv4' -DisplayName 'portmatrix: agent-registration' -Group 'portmatrix' -Direction Inbound -Protocol TCP -LocalPort 8001 -RemoteAddress @('10.0.2.50') -Profile Any -Action Allow | Out-Null
# 3.2 bakery-http: Agent Bakery and dynamic hosts (HTTP); from muc
Remove-NetFirewallRule -Name 'portmatrix-in-tcp-80-ipv4-2' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-in-tcp-80-ipv4-2' -DisplayName 'portmatrix: bakery-http' -Group 'portmatrix' -Direction Inbound -Protocol TCP -LocalPort 80 -RemoteAddress @('10.1.0.5') -Profile Any -Action Allow | Out-Null
# 3.2 bakery-https: Agent Bakery and dynamic hosts (HTTPS); from muc
Remove-NetFirewallRule -Name 'portmatrix-in-tcp-443-ipv4-2' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-in-tcp-443-ipv4-2' -DisplayName 'portmatrix: bakery-https' -Group 'portmatrix' -Direction Inbound -Protocol TCP -LocalPort 443 -RemoteAddress @('10.1.0.5') -Profile Any -Action Allow | Out-Null
# 2.1 snmp: SNMP agent; to sw01, sw02, sw03 and ups1
Remove-NetFirewallRule -Name 'portmatrix-out-udp-161-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-udp-161-ipv4' -DisplayName 'portmatrix: snmp' -Group 'portmatrix' -Direction Outbound -Protocol UDP -RemotePort 161 -RemoteAddress @('10.0.3.1', '10.0.3.2', '10.0.3.3', '10.0.3.40') -Profile Any -Action Allow | Out-Null
# 2.1 agent: Checkmk agent; to web01 and web02
Remove-NetFirewallRule -Name 'portmatrix-out-tcp-6556-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-tcp-6556-ipv4' -DisplayName 'portmatrix: agent' -Group 'portmatrix' -Direction Outbound -Protocol TCP -RemotePort 6556 -RemoteAddress @('10.0.2.1', '10.0.2.2') -Profile Any -Action Allow | Out-Null
# 2.1 agent: Checkmk agent; to web01
Remove-NetFirewallRule -Name 'portmatrix-out-tcp-6556-ipv6' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-tcp-6556-ipv6' -DisplayName 'portmatrix: agent' -Group 'portmatrix' -Direction Outbound -Protocol TCP -RemotePort 6556 -RemoteAddress @('fd00:2::1') -Profile Any -Action Allow | Out-Null
# 2.1 ping: ICMP echo; to kiosk1, sw01, sw02, sw03, web01 and web02
Remove-NetFirewallRule -Name 'portmatrix-out-icmp-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-icmp-ipv4' -DisplayName 'portmatrix: ping' -Group 'portmatrix' -Direction Outbound -Protocol ICMPv4 -IcmpType 8 -RemoteAddress @('10.0.2.50', '10.0.3.1', '10.0.3.2', '10.0.3.3', '10.0.2.1', '10.0.2.2') -Profile Any -Action Allow | Out-Null
# 2.1 ping: ICMP echo; to web01
Remove-NetFirewallRule -Name 'portmatrix-out-icmp-ipv6' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-icmp-ipv6' -DisplayName 'portmatrix: ping' -Group 'portmatrix' -Direction Outbound -Protocol ICMPv6 -IcmpType 128 -RemoteAddress @('fd00:2::1') -Profile Any -Action Allow | Out-Null
# 3.1 sync-http: Configuration synchronization (HTTP); to muc
Remove-NetFirewallRule -Name 'portmatrix-out-tcp-80-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-tcp-80-ipv4' -DisplayName 'portmatrix: sync-http' -Group 'portmatrix' -Direction Outbound -Protocol TCP -RemotePort 80 -RemoteAddress @('10.1.0.5') -Profile Any -Action Allow | Out-Null
# 3.1 sync-https: Configuration synchronization (HTTPS); to muc
Remove-NetFirewallRule -Name 'portmatrix-out-tcp-443-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-tcp-443-ipv4' -DisplayName 'portmatrix: sync-https' -Group 'portmatrix' -Direction Outbound -Protocol TCP -RemotePort 443 -RemoteAddress @('10.1.0.5') -Profile Any -Action Allow | Out-Null
# 3.1 notification-spooler: Notification spooler; to muc
Remove-NetFirewallRule -Name 'portmatrix-out-tcp-6555-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-tcp-6555-ipv4' -DisplayName 'portmatrix: notification-spooler' -Group 'portmatrix' -Direction Outbound -Protocol TCP -RemotePort 6555 -RemoteAddress @('10.1.0.5') -Profile Any -Action Allow | Out-Null
# 3.1 livestatus: Livestatus; to muc
Remove-NetFirewallRule -Name 'portmatrix-out-tcp-6557-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-tcp-6557-ipv4' -DisplayName 'portmatrix: livestatus' -Group 'portmatrix' -Direction Outbound -Protocol TCP -RemotePort 6557 -RemoteAddress @('10.1.0.5') -Profile Any -Action Allow | Out-Null
# 3.1 event-console-status: Event Console status; to muc
Remove-NetFirewallRule -Name 'portmatrix-out-tcp-6558-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-tcp-6558-ipv4' -DisplayName 'portmatrix: event-console-status' -Group 'portmatrix' -Direction Outbound -Protocol TCP -RemotePort 6558 -RemoteAddress @('10.1.0.5') -Profile Any -Action Allow | Out-Null
# 7 smtp: SMTP; to 10.0.0.25
Remove-NetFirewallRule -Name 'portmatrix-out-tcp-25-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-tcp-25-ipv4' -DisplayName 'portmatrix: smtp' -Group 'portmatrix' -Direction Outbound -Protocol TCP -RemotePort 25 -RemoteAddress @('10.0.0.25') -Profile Any -Action Allow | Out-Null
# 7 dns: DNS; to 10.0.0.53
Remove-NetFirewallRule -Name 'portmatrix-out-udp-53-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-udp-53-ipv4' -DisplayName 'portmatrix: dns' -Group 'portmatrix' -Direction Outbound -Protocol UDP -RemotePort 53 -RemoteAddress @('10.0.0.53') -Profile Any -Action Allow | Out-Null
# 7 ntp: NTP; to 10.0.0.123
Remove-NetFirewallRule -Name 'portmatrix-out-udp-123-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-udp-123-ipv4' -DisplayName 'portmatrix: ntp' -Group 'portmatrix' -Direction Outbound -Protocol UDP -RemotePort 123 -RemoteAddress @('10.0.0.123') -Profile Any -Action Allow | Out-Null
# 7 smtp: SMTP; to 10.0.0.25
Remove-NetFirewallRule -Name 'portmatrix-out-tcp-465-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-tcp-465-ipv4' -DisplayName 'portmatrix: smtp' -Group 'portmatrix' -Direction Outbound -Protocol TCP -RemotePort 465 -RemoteAddress @('10.0.0.25') -Profile Any -Action Allow | Out-Null
# 7 smtp: SMTP; to 10.0.0.25
Remove-NetFirewallRule -Name 'portmatrix-out-tcp-587-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-tcp-587-ipv4' -DisplayName 'portmatrix: smtp' -Group 'portmatrix' -Direction Outbound -Protocol TCP -RemotePort 587 -RemoteAddress @('10.0.0.25') -Profile Any -Action Allow | Out-Null
# 7 ldap: LDAP; to 10.0.0.89
Remove-NetFirewallRule -Name 'portmatrix-out-tcp-636-ipv4' -ErrorAction SilentlyContinue
New-NetFirewallRule -Name 'portmatrix-out-tcp-636-ipv4' -DisplayName 'portmatrix: ldap' -Group 'portmatrix' -Direction Outbound -Protocol TCP -RemotePort 636 -RemoteAddress @('10.0.0.89') -Profile Any -Action Allow | Out-Null
