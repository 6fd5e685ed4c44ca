#!version:1.0.0.1
## The header above must not be edited or deleted. ##
include:config <common.cfg>
include:config "http://192.0.2.7/phones/$MAC/account.cfg"
[T46S, T48S]include:config "keys of colour phones.cfg"
[T19P_E2]
include:config <../small.cfg>
overwrite_mode = 1
specific_model.excluded_mode = 0
