#!/usr/bin/env bash
# scale.sh N [kubectl options]: changes the number of nodes, one at a time and in the right order.
# Growing: pods join by themselves. Shrinking: a node leaves the quorum, then its pod goes, then its
# volume, because a removed node's promises are worth nothing and would be in the way of its return.
set -euo pipefail

fail() {
  echo "scale.sh: $*" >&2
  exit 1
}

wanted="${1:-}"
[[ "$wanted" =~ ^[1-9][0-9]*$ ]] || fail 'usage: scale.sh N [kubectl options, such as -n dchat]'
shift
options=("$@")
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

k() {
  kubectl "${options[@]}" "$@"
}

current="$(k get statefulset dchat -o 'jsonpath={.spec.replicas}')"

if ((wanted > current)); then
  # One after the other: each is a change of the quorum, and has to be a voter before the next.
  for ((count = current + 1; count <= wanted; count++)); do
    k scale statefulset dchat --replicas="$count"
    k wait --for=condition=Ready "pod/dchat-$((count - 1))" --timeout=10m
  done
fi

https=()
if ((wanted < current)) &&
  [[ "$(k get statefulset dchat -o 'jsonpath={.spec.template.spec.volumes[*].name}')" =~ (^| )tls( |$) ]]; then
  https=(-e 's|"http://dchat:9000"|"https://dchat:9000", "--ca", "/etc/dchat-tls/ca.crt"|')
fi
for ((count = current - 1; count >= wanted; count--)); do
  node="dchat-$count"
  image="$(k get statefulset dchat -o 'jsonpath={.spec.template.spec.containers[0].image}')"
  k delete job "dchat-remove-$node" --ignore-not-found
  sed -e "s|NODE|$node|g" -e "s|IMAGE|$image|g" "${https[@]}" "$here/jobs/remove-member.yaml" | k apply -f -
  k wait --for=condition=Complete "job/dchat-remove-$node" --timeout=5m ||
    fail "$node is still in the quorum: see 'kubectl logs job/dchat-remove-$node'; nothing was scaled"
  k scale statefulset dchat --replicas="$count"
  k wait --for=delete "pod/$node" --timeout=5m
  k delete pvc "data-$node"
done
echo "dchat has $wanted nodes"
