#!version:1.0.0.1
include:config common.cfg
include:config <>
include:config <picture.jpg>
[T46S include:config <a.cfg>
[]include:config <b.cfg>
[T42S]
overwrite_mode=1
[T58]
