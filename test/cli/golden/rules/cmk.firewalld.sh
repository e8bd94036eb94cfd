#!/bin/sh
# Rules for the firewall of cmk itself, by portmatrix. Read them before you apply them: nothing was changed.
# They allow new connections; replies belong to these connections.
# Apply: sh FILE, as root. Applied again, nothing is added twice. ZONE names the zone; without it the default zone.
# firewalld lets loopback through, and what the host itself sends unless a policy of yours says otherwise:
# there are no rules for these here.
set -e
zone="${ZONE:-$(firewall-cmd --get-default-zone)}"
# 2.2 web-http: Web server (HTTP); from kiosk1 and web01
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.50" port port="80" protocol="tcp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.1" port port="80" protocol="tcp" accept'
# 2.2 snmp-trap: SNMP traps (Event Console); from sw01, sw02, sw03 and ups1
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.3.1" port port="162" protocol="udp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.3.2" port port="162" protocol="udp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.3.3" port port="162" protocol="udp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.3.40" port port="162" protocol="udp" accept'
# 2.2 web-https: Web server (HTTPS); from kiosk1 and web01
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.50" port port="443" protocol="tcp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.1" port port="443" protocol="tcp" accept'
# 2.2 syslog-tcp: Syslog over TCP (Event Console); from kiosk1, sw01, sw02, sw03, ups1, web01 and web02
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.50" port port="514" protocol="tcp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.3.1" port port="514" protocol="tcp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.3.2" port port="514" protocol="tcp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.3.3" port port="514" protocol="tcp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.3.40" port port="514" protocol="tcp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.1" port port="514" protocol="tcp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.2" port port="514" protocol="tcp" accept'
# 2.2 syslog-udp: Syslog over UDP (Event Console); from kiosk1, sw01, sw02, sw03, ups1, web01 and web02
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.50" port port="514" protocol="udp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.3.1" port port="514" protocol="udp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.3.2" port port="514" protocol="udp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.3.3" port port="514" protocol="udp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.3.40" port port="514" protocol="udp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.1" port port="514" protocol="udp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.2" port port="514" protocol="udp" accept'
# 2.2 real-time-checks: Real-time checks; from web01 and web02
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.1" port port="6559" protocol="udp" accept'
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.2" port port="6559" protocol="udp" accept'
# 2.2 agent-registration: Agent Controller TLS registration; from web01
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.1" port port="8000" protocol="tcp" accept'
# 2.2 agent-registration: Agent Controller TLS registration; from kiosk1
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.0.2.50" port port="8001" protocol="tcp" accept'
# 3.2 bakery-http: Agent Bakery and dynamic hosts (HTTP); from muc
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.1.0.5" port port="80" protocol="tcp" accept'
# 3.2 bakery-https: Agent Bakery and dynamic hosts (HTTPS); from muc
firewall-cmd --permanent --zone="$zone" --add-rich-rule='rule priority="-100" family="ipv4" source address="10.1.0.5" port port="443" protocol="tcp" accept'
firewall-cmd --reload
