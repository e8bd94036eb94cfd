/** Beginnings that lead deeper into a parser than noise would. */
export const beginnings = [
  "",
  "\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03",
  "\x15\x03\x03\x00\x02",
  "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
  "220-",
  "220 mail\r\n",
  "200           9\n",
  `[["status_messages"],`,
  "\0\0\x11\x11name ",
  "\x30\x84\x7f\xff\xff\xff\x02\x01\x01\x64",
  "\x00\xff",
  "AMQP\0",
  "<<<check_mk>>>\n",
  "16",
];
