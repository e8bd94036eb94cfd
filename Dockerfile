# portmatrix as an image: Node, the program, ping and ssh; an ordinary user, who may send ICMP because this Node has
# CAP_NET_RAW as a file capability. No compiler and no npm. Build and use:
#   docker build -t portmatrix .
#   docker run --rm --network host -v "$PWD:/work" portmatrix check
# BUILD is an image with Node, npm and Debian's apt; BASE is Debian of the same release.
ARG BUILD=node:22-bookworm-slim
ARG BASE=debian:bookworm-slim

FROM ${BUILD} AS build
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-unsafe-io python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
# The image has Node's headers: node-gyp need not download them.
ENV npm_config_nodedir=/usr/local npm_config_update_notifier=false
WORKDIR /source
COPY package.json package-lock.json ./
# Not `npm ci`: it refuses a lock file that was written where the registry lacks the packages of other platforms.
RUN npm install --no-save --ignore-scripts --no-audit --no-fund && npm rebuild raw-socket esbuild
COPY . .
# What `npm publish` would send, with the packages that it needs and raw-socket as it was just built.
RUN npm run --silent build \
 && npm pack --silent --ignore-scripts --pack-destination /tmp \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/raw-socket/build/Release/obj.target node_modules/raw-socket/build/Release/.deps \
 && mkdir /portmatrix && tar -xzf /tmp/portmatrix-*.tgz -C /portmatrix --strip-components=1 \
 && mv node_modules /portmatrix/ && cd /portmatrix && node -e 'require("raw-socket")' \
 && strip -o /node /usr/local/bin/node

FROM ${BASE}
# One layer: a file that a later layer changes would be in the image twice, and Node is the largest of all.
# Effective and permitted: Node has the capability from its start. The kernel gives it only where the container may have
# it, which is so by default; with --cap-drop=ALL add --cap-add=NET_RAW, or Node does not start.
RUN --mount=type=bind,from=build,source=/,target=/built \
    apt-get update -q \
 && apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-unsafe-io \
      libstdc++6 iputils-ping openssh-client ca-certificates libcap2-bin \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
 && cp -r /built/portmatrix /opt/portmatrix \
 && cp /built/node /usr/local/bin/node && setcap cap_net_raw+ep /usr/local/bin/node \
 && ln -s /opt/portmatrix/bin/portmatrix.cjs /usr/local/bin/portmatrix \
 && useradd --create-home --uid 1000 --shell /usr/sbin/nologin portmatrix
USER portmatrix
WORKDIR /work
ENTRYPOINT ["portmatrix"]
CMD ["--help"]
