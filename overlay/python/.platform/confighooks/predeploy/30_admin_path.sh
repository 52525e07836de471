#!/bin/sh
# A change of the environment's configuration writes nginx's configuration again.
exec sh .platform/hooks/predeploy/30_admin_path.sh
