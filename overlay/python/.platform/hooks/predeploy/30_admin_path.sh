#!/bin/sh
# Keeps the path of Django's admin, a secret, out of nginx's access log, which CloudWatch Logs gets. gunicorn logs these
# requests too, without the path. Elastic Beanstalk has written nginx's configuration before this hook, and uses it after it.
set -eu
umask 077
folder=/var/proxy/staging/nginx
[ -n "${ADMIN_URL:-}" ] && [ -f "$folder/nginx.conf" ] || exit 0
printf 'map $request_uri $beo_is_logged {\n  default 1;\n  "~^/%s(/|[?]|$)" 0;\n}\n' "$ADMIN_URL" \
  > "$folder/conf.d/beo-admin.conf"
sed -i 's|^\( *access_log  */var/log/nginx/access.log  *main\);|\1 if=$beo_is_logged;|' "$folder/nginx.conf"
grep -q beo_is_logged "$folder/nginx.conf" ||
  echo "nginx's access log has the path of the admin: $folder/nginx.conf has another form." >&2
