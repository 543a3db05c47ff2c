"""Lípa & Dům: cosmetics and household goods, in Czech crowns. Every name here is invented."""

from engagement.demo.catalogs.household_care import CARE
from engagement.demo.world import Goods, Habits, Shelf, Shop

SHELVES = (
    Shelf("Péče o pleť", review_delay_days=14, replenish_after_days=63),
    Shelf("Vlasy a tělo", review_delay_days=10, replenish_after_days=70),
    Shelf("Úklid a praní", review_delay_days=10, replenish_after_days=56),
    Shelf("Kuchyně", review_delay_days=12),
    Shelf("Domov a vůně", review_delay_days=10),
)

GOODS = (
    Goods("LD-KREM-50", "Denní krém s lípou 50 ml", "Péče o pleť", 48900, 6),
    Goods("LD-NOCNI-50", "Noční krém s bakuchiolem 50 ml", "Péče o pleť", 62900, 4),
    Goods("LD-SERUM-30", "Sérum s vitaminem C 30 ml", "Péče o pleť", 74900, 4),
    Goods("LD-GEL-150", "Čisticí gel s měsíčkem 150 ml", "Péče o pleť", 28900, 5),
    Goods("LD-BALZAM", "Balzám na rty z včelího vosku", "Péče o pleť", 11900, 3),
    Goods("LD-SAMPON-300", "Šampon s kopřivou 300 ml", "Vlasy a tělo", 25900, 5),
    Goods("LD-MASLO-200", "Tělové máslo s mandlí 200 ml", "Vlasy a tělo", 34900, 3),
    Goods("LD-MYDLO-3", "Mýdlo s levandulí, 3 kusy", "Vlasy a tělo", 19900, 4),
    Goods("LD-DEO-60", "Tuhý deodorant s bergamotem", "Vlasy a tělo", 22900, 3),
    Goods("LD-PRACI-2L", "Prací gel bez parfemace 2 l", "Úklid a praní", 31900, 4),
    Goods("LD-OCET-1L", "Čistič s octem a citronem 1 l", "Úklid a praní", 14900, 3),
    Goods("LD-TABLETY-40", "Tablety do myčky, 40 kusů", "Úklid a praní", 27900, 4),
    Goods("LD-PRKENKO", "Bukové prkénko", "Kuchyně", 69000, 1),
    Goods("LD-UTERKY-4", "Lněné utěrky, 4 kusy", "Kuchyně", 45900, 2),
    Goods("LD-DOZA", "Kameninová dóza na chléb", "Kuchyně", 129000, 1),
    Goods("LD-SVICKA", "Sójová svíčka Letní louka", "Domov a vůně", 38900, 2),
    Goods("LD-DIFUZER", "Difuzér Lipový květ 100 ml", "Domov a vůně", 54900, 2),
    Goods("LD-DEKA", "Vlněná deka Šumava", "Domov a vůně", 189000, 1),
)

LIPA = Shop(
    slug="lipa-a-dum",
    voice="shopify",
    settings={
        "name": "Lípa & Dům",
        "currency": "CZK",
        "country": "CZ",
        "time_zone": "Europe/Prague",
        "default_language": "cs",
        "languages": ["cs", "sk", "en", "sl", "fi"],
        "sender_name": "Hana z Lípy",
        "sender_email": "hana@lipa-a-dum.example",
        "reply_to": "pece@lipa-a-dum.example",
        "contact_email": "pece@lipa-a-dum.example",
        "phone": "+420 200 000 123",
        "postal_address": "Lípa & Dům s.r.o., Lipová 12, 602 00 Brno",
        "site_url": "https://lipa-a-dum.example",
        "blog_url": "https://lipa-a-dum.example/zapisnik",
        "faq_url": "https://lipa-a-dum.example/otazky",
        "social_links": {"Instagram": "https://social.example/lipaadum"},
        "color_primary": "#3f6b4f",
        "color_accent": "#f4ead9",
        "soft_opt_in": True,
        "thanks_name": "Hana Lipová",
        "returns_summary": {
            "cs": "Vrátit můžete do 30 dnů, i bez udání důvodu.\nDopravu zpět platíme my.",
            "sk": "Vrátiť môžete do 30 dní, aj bez udania dôvodu.\nDopravu späť platíme my.",
            "sl": "Vrnete lahko v 30 dneh, tudi brez razloga.\nPoštnino za vračilo plačamo mi.",
            "fi": "Voit palauttaa 30 päivän sisällä ilman syytä.\nMe maksamme palautuksen.",
            "en": "Return anything within 30 days, for any reason.\nReturn postage is on us.",
        },
    },
    shelves=SHELVES,
    goods=GOODS,
    languages={"cs": 55, "sk": 22, "en": 9, "sl": 7, "fi": 7},
    share=0.75,
    shipping_minor=8900,
    carriers=(("Zásilkovna", "Z"), ("Česká pošta", "DR"), ("PPL", "70")),
    habits=Habits(first_order_days=240, rhythm_days=(40, 110), stays=0.62),
    care=CARE,
    birthday_percent=15,
)
