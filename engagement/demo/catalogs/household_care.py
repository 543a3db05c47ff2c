"""What Lípa & Dům teaches about its goods, in five languages. Invented, but true of such goods."""

from engagement.demo.world import Care, Taught

TIPS = (
    Taught(
        title={
            "cs": "Krém na vlhkou pleť",
            "sk": "Krém na vlhkú pleť",
            "en": "Cream on damp skin",
            "sl": "Krema na vlažno kožo",
            "fi": "Voide kostealle iholle",
        },
        text={
            "cs": "Naneste ho do minuty po umytí, dokud je pleť vlhká. Stačí množství velké jako hrášek.",
            "sk": "Naneste ho do minúty po umytí, kým je pleť vlhká. Stačí množstvo veľké ako hrášok.",
            "en": "Put it on within a minute of washing, while the skin is damp. As much as a pea is enough.",
            "sl": "Nanesite jo v minuti po umivanju, dokler je koža vlažna. Dovolj je za zrno graha.",
            "fi": "Levitä se minuutin sisällä pesusta, kun iho on vielä kostea. Herneen verran riittää.",
        },
    ),
    Taught(
        title={
            "cs": "Kam s kelímkem",
            "sk": "Kam s téglikom",
            "en": "Where to keep the jar",
            "sl": "Kam s lončkom",
            "fi": "Missä purkki viihtyy",
        },
        text={
            "cs": "Nejdéle vydrží ve stínu a chladu. Po otevření ho spotřebujte do půl roku.",
            "sk": "Najdlhšie vydrží v tieni a chlade. Po otvorení ho spotrebujte do pol roka.",
            "en": "It keeps longest in a cool, dark place. Once open, use it within six months.",
            "sl": "Najdlje zdrži v senci in hladu. Odprtega porabite v pol leta.",
            "fi": "Se säilyy pisimpään viileässä ja pimeässä. Käytä avattu purkki puolessa vuodessa.",
        },
    ),
    Taught(
        title={
            "cs": "Když se mění počasí",
            "sk": "Keď sa mení počasie",
            "en": "When the weather turns",
            "sl": "Ko se vreme obrne",
            "fi": "Kun sää muuttuu",
        },
        text={
            "cs": "V mrazu přidejte na noc druhou vrstvu, v létě stačí jedna ráno.",
            "sk": "V mraze pridajte na noc druhú vrstvu, v lete stačí jedna ráno.",
            "en": "In frost add a second layer at night; in summer one in the morning is enough.",
            "sl": "V mrazu dodajte zvečer še eno plast, poleti zadostuje ena zjutraj.",
            "fi": "Pakkasella lisää yöksi toinen kerros, kesällä yksi aamulla riittää.",
        },
    ),
)

STEPS = (
    Taught(
        title={
            "cs": "Umyjte a nechte uschnout",
            "sk": "Umyte a nechajte uschnúť",
            "en": "Wash it and let it dry",
            "sl": "Operite in pustite, da se posuši",
            "fi": "Pese ja anna kuivua",
        },
        text={
            "cs": "Vlažnou vodou, bez máčení. Nechte ho stát na hraně přes noc.",
            "sk": "Vlažnou vodou, bez namáčania. Nechajte ju stáť na hrane cez noc.",
            "en": "With lukewarm water, without soaking. Leave it standing on its edge overnight.",
            "sl": "Z mlačno vodo, brez namakanja. Čez noč naj stoji na robu.",
            "fi": "Haalealla vedellä, liottamatta. Jätä se yöksi pystyyn kyljelleen.",
        },
    ),
    Taught(
        title={
            "cs": "Vetřete olej",
            "sk": "Votrite olej",
            "en": "Rub the oil in",
            "sl": "Vtrite olje",
            "fi": "Hiero öljy puuhun",
        },
        text={
            "cs": "Lžíci lněného oleje po létech dřeva, z obou stran i na hrany.",
            "sk": "Lyžicu ľanového oleja po létach dreva, z oboch strán aj na hrany.",
            "en": "A spoon of linseed oil along the grain, on both sides and the edges.",
            "sl": "Žlico lanenega olja vzdolž letnic, na obeh straneh in po robovih.",
            "fi": "Lusikallinen pellavaöljyä syiden suuntaan, molemmille puolille ja reunoihin.",
        },
    ),
    Taught(
        title={
            "cs": "Setřete a nechte den odpočinout",
            "sk": "Zotrite a nechajte deň odpočívať",
            "en": "Wipe it and give it a day of rest",
            "sl": "Obrišite in pustite en dan počivati",
            "fi": "Pyyhi ja anna levätä vuorokausi",
        },
        text={
            "cs": "Co se nevsáklo, setřete. Opakujte, až dřevo zesvětlá, asi jednou za čtvrt roku.",
            "sk": "Čo nevsiaklo, zotrite. Opakujte, keď drevo zosvetlie, asi raz za štvrťrok.",
            "en": "Wipe off the rest. Again when the wood turns pale, every three months or so.",
            "sl": "Kar se ni vpilo, obrišite. Ponovite, ko les posvetli, približno vsake tri mesece.",
            "fi": "Pyyhi pois imeytymätön öljy. Toista, kun puu vaalenee, noin kolmen kuukauden välein.",
        },
    ),
)

CARE = Care(
    shelf="Péče o pleť",
    tips=TIPS,
    guide_for="LD-PRKENKO",
    guide_title={
        "cs": "Prkénko, které vydrží",
        "sk": "Doska, ktorá vydrží",
        "en": "A board that lasts",
        "sl": "Deska, ki zdrži",
        "fi": "Leikkuulauta, joka kestää",
    },
    guide_summary={
        "cs": "Tři kroky, po kterých dřevo nepraská a nesaje vodu.",
        "sk": "Tri kroky, po ktorých drevo nepraská a nesaje vodu.",
        "en": "Three steps after which the wood neither cracks nor soaks up water.",
        "sl": "Trije koraki, po katerih les ne poka in ne vpija vode.",
        "fi": "Kolme vaihetta, joiden jälkeen puu ei halkeile eikä ime vettä.",
    },
    guide_minutes=3,
    steps=STEPS,
)
