"""Words that merchants must not get away with: the M8 set of the reliability study."""

BOMBS = {
    "endless loop": "{% for i in (1..100000000) %}x{% endfor %}",
    "loops in loops": "{% for i in (1..999) %}{% for j in (1..999) %}x{% endfor %}{% endfor %}",
    "empty loops": "{% for i in (1..999) %}{% for j in (1..999) %}{% endfor %}{% endfor %}",
    "doubling": "{% assign a = 'xxxxxxxxxx' %}" + "{% assign a = a | append: a %}" * 40 + "{{ a }}",
    "captured doubling": "{% capture a %}xxxxxxxxxx{% endcapture %}"
    + "{% capture a %}{{ a }}{{ a }}{% endcapture %}" * 40,
    "replacing": "{{ 'aaaaaaaaaa'" + " | replace: 'a', 'aaaaaaaaaa'" * 12 + " }}",
    "replacing nothing": "{{ 'aaaaaaaaaa'" + " | replace: '', 'aaaaaaaaaa'" * 12 + " }}",
    "joining a range": "{{ (1..1000000000) | join: 'x' }}",
    "joining with much": "{{ (1..9999) | join: name }}",
    "reversing a range": "{{ (1..1000000000) | reverse | first }}",
    "sorting a range": "{{ (1..1000000000) | sort | size }}",
    "powers": "{{ 9" + " | times: 999999999999999999" * 60 + " }}",
    "much output": "{{ name }}" * 1900 + "{% for i in (1..9000) %}{{ name }}{% endfor %}",
    "division by nothing": "{{ 1 | divided_by: 0 }}",
    "unclosed": "{% if name %}",
    "unknown filter": "{{ name | pad: 200000000 }}",
    "unknown tag": "{% load i18n %}",
    "deep nesting": "{% if true %}" * 600 + "{% endif %}" * 600,
    "too long": "x" * 30_000,
    "include": "{% include 'emails/_shared/copy/en.toml' %}",
    "render": "{% render '/etc/passwd' %}",
    "safe": "{{ name | safe }}",
    "base64": "{{ 'PHNjcmlwdD4=' | base64_decode }}",
}

# They reach for what Python keeps behind values.
REACHING = [
    "{{ order.__class__ }}",
    "{{ order.__class__.__mro__ }}",
    "{{ name.__len__ }}",
    "{{ order.keys }}",
    "{{ order.clear }}",
    "{{ order.items.first }}",
    "{{ name.format }}",
    "{{ order['__init__']['__globals__'] }}",
    "{{ settings.SECRET_KEY }}",
    "{{ __builtins__ }}",
]
