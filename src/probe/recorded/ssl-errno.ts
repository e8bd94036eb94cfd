/** OpenSSL's reason as node:tls calls it. */
export const sslErrno = (text: string): string => `ERR_SSL_${text.toUpperCase().replaceAll(/\W+/g, "_").slice(0, 80)}`;
