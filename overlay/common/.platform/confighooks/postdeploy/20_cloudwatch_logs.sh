#!/bin/sh
# A change of the environment's configuration writes the agent's configuration again, without these logs.
exec sh .platform/hooks/postdeploy/20_cloudwatch_logs.sh
