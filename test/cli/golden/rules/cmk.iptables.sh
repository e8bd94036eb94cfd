#!/bin/sh
# Rules for the firewall of cmk itself, by portmatrix. Read them before you apply them: nothing was changed.
# They allow new connections; replies belong to these connections.
# Apply: sh FILE, as root. Applied again, the rules are replaced.
set -e

iptables-restore --wait --noflush <<'END'
*filter
:PORTMATRIX_IN - [0:0]
:PORTMATRIX_OUT - [0:0]
# 2.2 web-http: Web server (HTTP); from kiosk1 and web01
-A PORTMATRIX_IN -s 10.0.2.50 -p tcp --dport 80 -m comment --comment "portmatrix: web-http" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.2.1 -p tcp --dport 80 -m comment --comment "portmatrix: web-http" -j ACCEPT
# 2.2 snmp-trap: SNMP traps (Event Console); from sw01, sw02, sw03 and ups1
-A PORTMATRIX_IN -s 10.0.3.1 -p udp --dport 162 -m comment --comment "portmatrix: snmp-trap" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.3.2 -p udp --dport 162 -m comment --comment "portmatrix: snmp-trap" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.3.3 -p udp --dport 162 -m comment --comment "portmatrix: snmp-trap" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.3.40 -p udp --dport 162 -m comment --comment "portmatrix: snmp-trap" -j ACCEPT
# 2.2 web-https: Web server (HTTPS); from kiosk1 and web01
-A PORTMATRIX_IN -s 10.0.2.50 -p tcp --dport 443 -m comment --comment "portmatrix: web-https" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.2.1 -p tcp --dport 443 -m comment --comment "portmatrix: web-https" -j ACCEPT
# 2.2 syslog-tcp: Syslog over TCP (Event Console); from kiosk1, sw01, sw02, sw03, ups1, web01 and web02
-A PORTMATRIX_IN -s 10.0.2.50 -p tcp --dport 514 -m comment --comment "portmatrix: syslog-tcp" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.3.1 -p tcp --dport 514 -m comment --comment "portmatrix: syslog-tcp" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.3.2 -p tcp --dport 514 -m comment --comment "portmatrix: syslog-tcp" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.3.3 -p tcp --dport 514 -m comment --comment "portmatrix: syslog-tcp" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.3.40 -p tcp --dport 514 -m comment --comment "portmatrix: syslog-tcp" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.2.1 -p tcp --dport 514 -m comment --comment "portmatrix: syslog-tcp" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.2.2 -p tcp --dport 514 -m comment --comment "portmatrix: syslog-tcp" -j ACCEPT
# 2.2 syslog-udp: Syslog over UDP (Event Console); from kiosk1, sw01, sw02, sw03, ups1, web01 and web02
-A PORTMATRIX_IN -s 10.0.2.50 -p udp --dport 514 -m comment --comment "portmatrix: syslog-udp" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.3.1 -p udp --dport 514 -m comment --comment "portmatrix: syslog-udp" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.3.2 -p udp --dport 514 -m comment --comment "portmatrix: syslog-udp" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.3.3 -p udp --dport 514 -m comment --comment "portmatrix: syslog-udp" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.3.40 -p udp --dport 514 -m comment --comment "portmatrix: syslog-udp" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.2.1 -p udp --dport 514 -m comment --comment "portmatrix: syslog-udp" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.2.2 -p udp --dport 514 -m comment --comment "portmatrix: syslog-udp" -j ACCEPT
# 2.2 real-time-checks: Real-time checks; from web01 and web02
-A PORTMATRIX_IN -s 10.0.2.1 -p udp --dport 6559 -m comment --comment "portmatrix: real-time-checks" -j ACCEPT
-A PORTMATRIX_IN -s 10.0.2.2 -p udp --dport 6559 -m comment --comment "portmatrix: real-time-checks" -j ACCEPT
# 2.2 agent-registration: Agent Controller TLS registration; from web01
-A PORTMATRIX_IN -s 10.0.2.1 -p tcp --dport 8000 -m comment --comment "portmatrix: agent-registration" -j ACCEPT
# 2.2 agent-registration: Agent Controller TLS registration; from kiosk1
-A PORTMATRIX_IN -s 10.0.2.50 -p tcp --dport 8001 -m comment --comment "portmatrix: agent-registration" -j ACCEPT
# 3.2 bakery-http: Agent Bakery and dynamic hosts (HTTP); from muc
-A PORTMATRIX_IN -s 10.1.0.5 -p tcp --dport 80 -m comment --comment "portmatrix: bakery-http" -j ACCEPT
# 3.2 bakery-https: Agent Bakery and dynamic hosts (HTTPS); from muc
-A PORTMATRIX_IN -s 10.1.0.5 -p tcp --dport 443 -m comment --comment "portmatrix: bakery-https" -j ACCEPT
# 4 site-apache: Web server of the site; over the loopback device
-A PORTMATRIX_IN -i lo -p tcp --dport 5000 -m comment --comment "portmatrix: site-apache" -j ACCEPT
# 4 site-apache: Web server of the site; over the loopback device
-A PORTMATRIX_IN -i lo -p tcp --dport 5001 -m comment --comment "portmatrix: site-apache" -j ACCEPT
# 4 event-console-status: Event Console status; over the loopback device
-A PORTMATRIX_IN -i lo -p tcp --dport 6558 -m comment --comment "portmatrix: event-console-status" -j ACCEPT
# 2.1 snmp: SNMP agent; to sw01, sw02, sw03 and ups1
-A PORTMATRIX_OUT -d 10.0.3.1 -p udp --dport 161 -m comment --comment "portmatrix: snmp" -j ACCEPT
-A PORTMATRIX_OUT -d 10.0.3.2 -p udp --dport 161 -m comment --comment "portmatrix: snmp" -j ACCEPT
-A PORTMATRIX_OUT -d 10.0.3.3 -p udp --dport 161 -m comment --comment "portmatrix: snmp" -j ACCEPT
-A PORTMATRIX_OUT -d 10.0.3.40 -p udp --dport 161 -m comment --comment "portmatrix: snmp" -j ACCEPT
# 2.1 agent: Checkmk agent; to web01 and web02
-A PORTMATRIX_OUT -d 10.0.2.1 -p tcp --dport 6556 -m comment --comment "portmatrix: agent" -j ACCEPT
-A PORTMATRIX_OUT -d 10.0.2.2 -p tcp --dport 6556 -m comment --comment "portmatrix: agent" -j ACCEPT
# 2.1 ping: ICMP echo; to kiosk1, sw01, sw02, sw03, web01 and web02
-A PORTMATRIX_OUT -d 10.0.2.50 -p icmp --icmp-type 8 -m comment --comment "portmatrix: ping" -j ACCEPT
-A PORTMATRIX_OUT -d 10.0.3.1 -p icmp --icmp-type 8 -m comment --comment "portmatrix: ping" -j ACCEPT
-A PORTMATRIX_OUT -d 10.0.3.2 -p icmp --icmp-type 8 -m comment --comment "portmatrix: ping" -j ACCEPT
-A PORTMATRIX_OUT -d 10.0.3.3 -p icmp --icmp-type 8 -m comment --comment "portmatrix: ping" -j ACCEPT
-A PORTMATRIX_OUT -d 10.0.2.1 -p icmp --icmp-type 8 -m comment --comment "portmatrix: ping" -j ACCEPT
-A PORTMATRIX_OUT -d 10.0.2.2 -p icmp --icmp-type 8 -m comment --comment "portmatrix: ping" -j ACCEPT
# 3.1 sync-http: Configuration synchronization (HTTP); to muc
-A PORTMATRIX_OUT -d 10.1.0.5 -p tcp --dport 80 -m comment --comment "portmatrix: sync-http" -j ACCEPT
# 3.1 sync-https: Configuration synchronization (HTTPS); to muc
-A PORTMATRIX_OUT -d 10.1.0.5 -p tcp --dport 443 -m comment --comment "portmatrix: sync-https" -j ACCEPT
# 3.1 notification-spooler: Notification spooler; to muc
-A PORTMATRIX_OUT -d 10.1.0.5 -p tcp --dport 6555 -m comment --comment "portmatrix: notification-spooler" -j ACCEPT
# 3.1 livestatus: Livestatus; to muc
-A PORTMATRIX_OUT -d 10.1.0.5 -p tcp --dport 6557 -m comment --comment "portmatrix: livestatus" -j ACCEPT
# 3.1 event-console-status: Event Console status; to muc
-A PORTMATRIX_OUT -d 10.1.0.5 -p tcp --dport 6558 -m comment --comment "portmatrix: event-console-status" -j ACCEPT
# 7 smtp: SMTP; to 10.0.0.25
-A PORTMATRIX_OUT -d 10.0.0.25 -p tcp --dport 25 -m comment --comment "portmatrix: smtp" -j ACCEPT
# 7 dns: DNS; to 10.0.0.53
-A PORTMATRIX_OUT -d 10.0.0.53 -p udp --dport 53 -m comment --comment "portmatrix: dns" -j ACCEPT
# 7 ntp: NTP; to 10.0.0.123
-A PORTMATRIX_OUT -d 10.0.0.123 -p udp --dport 123 -m comment --comment "portmatrix: ntp" -j ACCEPT
# 7 smtp: SMTP; to 10.0.0.25
-A PORTMATRIX_OUT -d 10.0.0.25 -p tcp --dport 465 -m comment --comment "portmatrix: smtp" -j ACCEPT
# 7 smtp: SMTP; to 10.0.0.25
-A PORTMATRIX_OUT -d 10.0.0.25 -p tcp --dport 587 -m comment --comment "portmatrix: smtp" -j ACCEPT
# 7 ldap: LDAP; to 10.0.0.89
-A PORTMATRIX_OUT -d 10.0.0.89 -p tcp --dport 636 -m comment --comment "portmatrix: ldap" -j ACCEPT
# 4 site-apache: Web server of the site; over the loopback device
-A PORTMATRIX_OUT -o lo -p tcp --dport 5000 -m comment --comment "portmatrix: site-apache" -j ACCEPT
# 4 site-apache: Web server of the site; over the loopback device
-A PORTMATRIX_OUT -o lo -p tcp --dport 5001 -m comment --comment "portmatrix: site-apache" -j ACCEPT
# 4 event-console-status: Event Console status; over the loopback device
-A PORTMATRIX_OUT -o lo -p tcp --dport 6558 -m comment --comment "portmatrix: event-console-status" -j ACCEPT
COMMIT
END
while iptables --wait -D INPUT -m comment --comment portmatrix -j PORTMATRIX_IN 2>/dev/null; do :; done
iptables --wait -I INPUT -m comment --comment portmatrix -j PORTMATRIX_IN
while iptables --wait -D OUTPUT -m comment --comment portmatrix -j PORTMATRIX_OUT 2>/dev/null; do :; done
iptables --wait -I OUTPUT -m comment --comment portmatrix -j PORTMATRIX_OUT

ip6tables-restore --wait --noflush <<'END'
*filter
:PORTMATRIX_IN - [0:0]
:PORTMATRIX_OUT - [0:0]
# 4 site-apache: Web server of the site; over the loopback device
-A PORTMATRIX_IN -i lo -p tcp --dport 5000 -m comment --comment "portmatrix: site-apache" -j ACCEPT
# 4 site-apache: Web server of the site; over the loopback device
-A PORTMATRIX_IN -i lo -p tcp --dport 5001 -m comment --comment "portmatrix: site-apache" -j ACCEPT
# 4 event-console-status: Event Console status; over the loopback device
-A PORTMATRIX_IN -i lo -p tcp --dport 6558 -m comment --comment "portmatrix: event-console-status" -j ACCEPT
# 2.1 agent: Checkmk agent; to web01
-A PORTMATRIX_OUT -d fd00:2::1 -p tcp --dport 6556 -m comment --comment "portmatrix: agent" -j ACCEPT
# 2.1 ping: ICMP echo; to web01
-A PORTMATRIX_OUT -d fd00:2::1 -p ipv6-icmp --icmpv6-type 128 -m comment --comment "portmatrix: ping" -j ACCEPT
# 4 site-apache: Web server of the site; over the loopback device
-A PORTMATRIX_OUT -o lo -p tcp --dport 5000 -m comment --comment "portmatrix: site-apache" -j ACCEPT
# 4 site-apache: Web server of the site; over the loopback device
-A PORTMATRIX_OUT -o lo -p tcp --dport 5001 -m comment --comment "portmatrix: site-apache" -j ACCEPT
# 4 event-console-status: Event Console status; over the loopback device
-A PORTMATRIX_OUT -o lo -p tcp --dport 6558 -m comment --comment "portmatrix: event-console-status" -j ACCEPT
COMMIT
END
while ip6tables --wait -D INPUT -m comment --comment portmatrix -j PORTMATRIX_IN 2>/dev/null; do :; done
ip6tables --wait -I INPUT -m comment --comment portmatrix -j PORTMATRIX_IN
while ip6tables --wait -D OUTPUT -m comment --comment portmatrix -j PORTMATRIX_OUT 2>/dev/null; do :; done
ip6tables --wait -I OUTPUT -m comment --comment portmatrix -j PORTMATRIX_OUT
