#!/bin/sh
# Rules for the firewall of cmk itself, by portmatrix. Read them before you apply them: nothing was changed.
# They allow new connections; replies belong to these connections.
# Apply: sh FILE, as root. Applied again, nothing is added twice.
# ufw lets loopback through; echo requests are a matter of /etc/ufw/before.rules and before6.rules, which accept them
# as they come: there are no rules for these here.
set -e
# 2.2 web-http: Web server (HTTP); from kiosk1 and web01
ufw prepend allow in proto tcp from 10.0.2.50 to any port 80 comment 'portmatrix: web-http'
ufw prepend allow in proto tcp from 10.0.2.1 to any port 80 comment 'portmatrix: web-http'
# 2.2 snmp-trap: SNMP traps (Event Console); from sw01, sw02, sw03 and ups1
ufw prepend allow in proto udp from 10.0.3.1 to any port 162 comment 'portmatrix: snmp-trap'
ufw prepend allow in proto udp from 10.0.3.2 to any port 162 comment 'portmatrix: snmp-trap'
ufw prepend allow in proto udp from 10.0.3.3 to any port 162 comment 'portmatrix: snmp-trap'
ufw prepend allow in proto udp from 10.0.3.40 to any port 162 comment 'portmatrix: snmp-trap'
# 2.2 web-https: Web server (HTTPS); from kiosk1 and web01
ufw prepend allow in proto tcp from 10.0.2.50 to any port 443 comment 'portmatrix: web-https'
ufw prepend allow in proto tcp from 10.0.2.1 to any port 443 comment 'portmatrix: web-https'
# 2.2 syslog-tcp: Syslog over TCP (Event Console); from kiosk1, sw01, sw02, sw03, ups1, web01 and web02
ufw prepend allow in proto tcp from 10.0.2.50 to any port 514 comment 'portmatrix: syslog-tcp'
ufw prepend allow in proto tcp from 10.0.3.1 to any port 514 comment 'portmatrix: syslog-tcp'
ufw prepend allow in proto tcp from 10.0.3.2 to any port 514 comment 'portmatrix: syslog-tcp'
ufw prepend allow in proto tcp from 10.0.3.3 to any port 514 comment 'portmatrix: syslog-tcp'
ufw prepend allow in proto tcp from 10.0.3.40 to any port 514 comment 'portmatrix: syslog-tcp'
ufw prepend allow in proto tcp from 10.0.2.1 to any port 514 comment 'portmatrix: syslog-tcp'
ufw prepend allow in proto tcp from 10.0.2.2 to any port 514 comment 'portmatrix: syslog-tcp'
# 2.2 syslog-udp: Syslog over UDP (Event Console); from kiosk1, sw01, sw02, sw03, ups1, web01 and web02
ufw prepend allow in proto udp from 10.0.2.50 to any port 514 comment 'portmatrix: syslog-udp'
ufw prepend allow in proto udp from 10.0.3.1 to any port 514 comment 'portmatrix: syslog-udp'
ufw prepend allow in proto udp from 10.0.3.2 to any port 514 comment 'portmatrix: syslog-udp'
ufw prepend allow in proto udp from 10.0.3.3 to any port 514 comment 'portmatrix: syslog-udp'
ufw prepend allow in proto udp from 10.0.3.40 to any port 514 comment 'portmatrix: syslog-udp'
ufw prepend allow in proto udp from 10.0.2.1 to any port 514 comment 'portmatrix: syslog-udp'
ufw prepend allow in proto udp from 10.0.2.2 to any port 514 comment 'portmatrix: syslog-udp'
# 2.2 real-time-checks: Real-time checks; from web01 and web02
ufw prepend allow in proto udp from 10.0.2.1 to any port 6559 comment 'portmatrix: real-time-checks'
ufw prepend allow in proto udp from 10.0.2.2 to any port 6559 comment 'portmatrix: real-time-checks'
# 2.2 agent-registration: Agent Controller TLS registration; from web01
ufw prepend allow in proto tcp from 10.0.2.1 to any port 8000 comment 'portmatrix: agent-registration'
# 2.2 agent-registration: Agent Controller TLS registration; from kiosk1
ufw prepend allow in proto tcp from 10.0.2.50 to any port 8001 comment 'portmatrix: agent-registration'
# 3.2 bakery-http: Agent Bakery and dynamic hosts (HTTP); from muc
ufw prepend allow in proto tcp from 10.1.0.5 to any port 80 comment 'portmatrix: bakery-http'
# 3.2 bakery-https: Agent Bakery and dynamic hosts (HTTPS); from muc
ufw prepend allow in proto tcp from 10.1.0.5 to any port 443 comment 'portmatrix: bakery-https'
# 2.1 snmp: SNMP agent; to sw01, sw02, sw03 and ups1
ufw prepend allow out proto udp from any to 10.0.3.1 port 161 comment 'portmatrix: snmp'
ufw prepend allow out proto udp from any to 10.0.3.2 port 161 comment 'portmatrix: snmp'
ufw prepend allow out proto udp from any to 10.0.3.3 port 161 comment 'portmatrix: snmp'
ufw prepend allow out proto udp from any to 10.0.3.40 port 161 comment 'portmatrix: snmp'
# 2.1 agent: Checkmk agent; to web01 and web02
ufw prepend allow out proto tcp from any to 10.0.2.1 port 6556 comment 'portmatrix: agent'
ufw prepend allow out proto tcp from any to 10.0.2.2 port 6556 comment 'portmatrix: agent'
# 2.1 agent: Checkmk agent; to web01
ufw prepend allow out proto tcp from any to fd00:2::1 port 6556 comment 'portmatrix: agent'
# 3.1 sync-http: Configuration synchronization (HTTP); to muc
ufw prepend allow out proto tcp from any to 10.1.0.5 port 80 comment 'portmatrix: sync-http'
# 3.1 sync-https: Configuration synchronization (HTTPS); to muc
ufw prepend allow out proto tcp from any to 10.1.0.5 port 443 comment 'portmatrix: sync-https'
# 3.1 notification-spooler: Notification spooler; to muc
ufw prepend allow out proto tcp from any to 10.1.0.5 port 6555 comment 'portmatrix: notification-spooler'
# 3.1 livestatus: Livestatus; to muc
ufw prepend allow out proto tcp from any to 10.1.0.5 port 6557 comment 'portmatrix: livestatus'
# 3.1 event-console-status: Event Console status; to muc
ufw prepend allow out proto tcp from any to 10.1.0.5 port 6558 comment 'portmatrix: event-console-status'
# 7 smtp: SMTP; to 10.0.0.25
ufw prepend allow out proto tcp from any to 10.0.0.25 port 25 comment 'portmatrix: smtp'
# 7 dns: DNS; to 10.0.0.53
ufw prepend allow out proto udp from any to 10.0.0.53 port 53 comment 'portmatrix: dns'
# 7 ntp: NTP; to 10.0.0.123
ufw prepend allow out proto udp from any to 10.0.0.123 port 123 comment 'portmatrix: ntp'
# 7 smtp: SMTP; to 10.0.0.25
ufw prepend allow out proto tcp from any to 10.0.0.25 port 465 comment 'portmatrix: smtp'
# 7 smtp: SMTP; to 10.0.0.25
ufw prepend allow out proto tcp from any to 10.0.0.25 port 587 comment 'portmatrix: smtp'
# 7 ldap: LDAP; to 10.0.0.89
ufw prepend allow out proto tcp from any to 10.0.0.89 port 636 comment 'portmatrix: ldap'
