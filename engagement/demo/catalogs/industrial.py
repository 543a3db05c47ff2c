"""Kovinar: an industrial supplier, in euro. Every name here is invented."""

from engagement.demo.world import Goods, Habits, Shelf, Shop

SHELVES = (
    Shelf("Filters", review_delay_days=15, replenish_after_days=365),
    Shelf("Bearings and seals", review_delay_days=15, replenish_after_days=395),
    Shelf("Lubricants", review_delay_days=14, replenish_after_days=380),
    Shelf("Safety", review_delay_days=12, replenish_after_days=425),
    Shelf("Tools", review_delay_days=15),
)

GOODS = (
    Goods("KV-F-10", "Hydraulic filter HF-10", "Filters", 8450, 5),
    Goods("KV-F-25", "Compressor air filter CA-25", "Filters", 12900, 4),
    Goods("KV-B-6204", "Ball bearing 6204, box of 10", "Bearings and seals", 6420, 4),
    Goods("KV-S-40", "Shaft seal 40×62×7, bag of 25", "Bearings and seals", 5380, 3),
    Goods("KV-L-46", "Hydraulic oil HLP 46, 20 l", "Lubricants", 9890, 4),
    Goods("KV-L-EP2", "Grease EP2, 12 cartridges", "Lubricants", 7260, 4),
    Goods("KV-G-9", "Cut-resistant gloves, 12 pairs", "Safety", 11400, 3),
    Goods("KV-H-1", "Hearing protection, box of 200", "Safety", 4950, 2),
    Goods("KV-T-DRV", "Torque driver 1–6 Nm", "Tools", 18900, 1),
    Goods("KV-T-PUL", "Three-arm puller 200 mm", "Tools", 23400, 1),
)

KOVINAR = Shop(
    slug="kovinar",
    voice="generic",
    settings={
        "name": "Kovinar Supply",
        "currency": "EUR",
        "country": "SI",
        "time_zone": "Europe/Ljubljana",
        "default_language": "en",
        "languages": ["en", "sl", "fi", "sk", "cs"],
        "sender_name": "Kovinar Supply",
        "sender_email": "orders@kovinar.example",
        "reply_to": "service@kovinar.example",
        "contact_email": "service@kovinar.example",
        "phone": "+386 1 000 45 60",
        "postal_address": "Kovinar d.o.o., Kladivarska 8, 2000 Maribor",
        "site_url": "https://kovinar.example",
        "faq_url": "https://kovinar.example/faq",
        "color_primary": "#1f4e79",
        "color_accent": "#e8eef4",
        "soft_opt_in": True,
        "review_delay_days": 15,
        "returns_summary": {
            "en": "Unopened goods come back within 30 days.\nCall us for the rest.",
            "sl": "Neodprto blago vzamemo nazaj v 30 dneh.\nZa vse drugo nas pokličite.",
            "fi": "Avaamattomat tuotteet voi palauttaa 30 päivän sisällä.\nMuista asioista soita meille.",
            "cs": "Nerozbalené zboží vezmeme zpět do 30 dnů.\nS ostatním nám zavolejte.",
            "sk": "Nerozbalený tovar vezmeme späť do 30 dní.\nS ostatným nám zavolajte.",
        },
    },
    shelves=SHELVES,
    goods=GOODS,
    languages={"sl": 40, "fi": 25, "en": 15, "sk": 12, "cs": 8},
    share=0.25,
    shipping_minor=1290,
    carriers=(("GLS", "GL"), ("DHL Freight", "JJD")),
    habits=Habits(
        first_order_days=180,
        rhythm_days=(70, 200),
        stays=0.6,
        basket=(1, 4),
        guests=0.05,
        says_yes=0.6,
        gifts=0.0,
        recurring=0.04,
        bank_transfer=0.6,
        pickup=0.0,
        missed=0.1,
    ),
)
