#!/bin/bash
# peer_root UNPACKED FILES COMMAND...: runs a mail system of Debian that is unpacked, not installed: below a root of its own that
# is this host's with UNPACKED over it and FILES as /peer, users of its own included. It ends with this process.
set -e
if [ "$1" != inside ]; then exec unshare -mp --fork --kill-child "$0" inside "$@"; fi
unpacked=$2 files=$3
shift 3
root=$files/root
mkdir -p "$root"
mount -t tmpfs -o mode=755 none "$root"
mkdir -p "$root"/{usr,etc,dev,proc,run,peer,var/{empty,lib,log,mail,spool}}
mkdir -m 1777 "$root"/{tmp,var/tmp}
mkdir -p "$root/var/lib/opensmtpd/empty"
ln -s /run "$root/var/run"
mount -t overlay none -o "lowerdir=$unpacked/usr:/usr" "$root/usr"
for name in bin sbin lib lib64; do ln -s "usr/$name" "$root/$name"; done
cp -r "$unpacked"/etc/. "$root/etc"
cp -rL /etc/{nsswitch.conf,hosts,services,ssl} "$root/etc"
for name in root:0 nobody:65534 postfix:801 opensmtpd:802 opensmtpq:803 dovecot:804 dovenull:805; do
  echo "${name%:*}:x:${name#*:}:${name#*:}::/:/bin/false" >>"$root/etc/passwd"
  echo "${name%:*}:x:${name#*:}:" >>"$root/etc/group"
done
echo postdrop:x:806: >>"$root/etc/group"
mount --rbind /dev "$root/dev"
mount -t proc none "$root/proc"
mount --bind "$files" "$root/peer"
chroot "$root" "$@"
