namespace Causeway.Cli.Language;

/// <summary>What each verb says of itself, by its path.</summary>
internal static class VerbWords
{
    public static readonly Entry[] All =
    [
        new(
            "verb circuit",
            "Circuits: order, look at, change, delete.",
            "Kretsar: beställ, titta på, ändra, ta bort.",
            "Circuits: bestellen, bekijken, wijzigen, verwijderen."
        ),
        new(
            "verb circuit create",
            "Order a circuit. The answer holds its service key, which you give to the provider.",
            "Beställ en krets. Svaret innehåller tjänstnyckeln, som du ger till leverantören.",
            "Bestel een circuit. Het antwoord bevat de servicesleutel, die u aan de provider geeft."
        ),
        new("verb circuit show", "Show a circuit.", "Visa en krets.", "Toon een circuit."),
        new("verb circuit list", "List circuits.", "Lista kretsar.", "Toon alle circuits."),
        new(
            "verb circuit update",
            "Change bandwidth, tier, data plan or tags of a circuit.",
            "Ändra bandbredd, nivå, datapaket eller taggar för en krets.",
            "Wijzig bandbreedte, laag, databundel of tags van een circuit."
        ),
        new(
            "verb circuit delete",
            "Delete a circuit that its provider has deprovisioned. Billing ends.",
            "Ta bort en krets som leverantören har avetablerat. Debiteringen upphör.",
            "Verwijder een circuit waarvan de provider de inrichting heeft opgeheven. De facturering stopt."
        ),
        new(
            "verb circuit explain",
            "Say in plain words whether a circuit can be used, what is missing, and who acts next.",
            "Säg i klartext om en krets kan användas, vad som saknas och vem som står på tur.",
            "Zeg in gewone woorden of een circuit bruikbaar is, wat er ontbreekt en wie aan zet is."
        ),
        new(
            "verb circuit journal",
            "Everything that happened to a circuit: when, who, what, why.",
            "Allt som har hänt med en krets: när, vem, vad, varför.",
            "Alles wat met een circuit is gebeurd: wanneer, wie, wat, waarom."
        ),
        new(
            "verb circuit routes",
            "Routes learned from the customer and announced to it.",
            "Vägar som lärts från kunden och annonserats till den.",
            "Routes die van de klant zijn geleerd en aan de klant zijn aangekondigd."
        ),
        new(
            "verb circuit summary",
            "One line per neighbor of the circuit's routers.",
            "En rad per granne till kretsens routrar.",
            "Eén regel per buur van de routers van het circuit."
        ),
        new(
            "verb circuit arp",
            "The routers' ARP tables; empty where a driver has none.",
            "Routrarnas ARP-tabeller; tomma där drivrutinen inte har någon.",
            "De ARP-tabellen van de routers; leeg waar een driver er geen heeft."
        ),
        new(
            "verb circuit stats",
            "Traffic counters; absent where a router cannot measure them.",
            "Trafikräknare; saknas där en router inte kan mäta.",
            "Verkeerstellers; ontbreken waar een router niet kan meten."
        ),
        new(
            "verb circuit sessions",
            "State of each BGP session as its router last said, and how old that is.",
            "Läget för varje BGP-session så som routern senast sade, och hur gammalt det är.",
            "Status van elke BGP-sessie zoals de router die het laatst meldde, en hoe oud dat is."
        ),
        new(
            "verb circuit peering",
            "Routing domains of a circuit: each lands on both routers of its pair.",
            "Routningsdomäner för en krets: var och en hamnar på båda routrarna i paret.",
            "Routeringsdomeinen van een circuit: elk komt op beide routers van het paar."
        ),
        new(
            "verb circuit peering create",
            "Configure a peering, or change it.",
            "Konfigurera en peering, eller ändra den.",
            "Configureer een peering, of wijzig deze."
        ),
        new("verb circuit peering show", "Show a peering.", "Visa en peering.", "Toon een peering."),
        new(
            "verb circuit peering list",
            "List the peerings of a circuit.",
            "Lista peeringar för en krets.",
            "Toon de peerings van een circuit."
        ),
        new(
            "verb circuit peering delete",
            "Take a peering off both routers.",
            "Ta bort en peering från båda routrarna.",
            "Haal een peering van beide routers."
        ),
        new(
            "verb circuit peering enable",
            "Bring the sessions of a disabled peering up again.",
            "Ta upp sessionerna i en avstängd peering igen.",
            "Breng de sessies van een uitgeschakelde peering weer op."
        ),
        new(
            "verb circuit peering disable",
            "Hold the sessions of a peering down, keeping its configuration.",
            "Håll en peerings sessioner nere, men behåll konfigurationen.",
            "Houd de sessies van een peering neer, met behoud van de configuratie."
        ),
        new(
            "verb circuit auth",
            "Keys with which other subscriptions link their networks to the circuit.",
            "Nycklar som andra prenumerationer länkar sina nätverk till kretsen med.",
            "Sleutels waarmee andere abonnementen hun netwerken aan het circuit koppelen."
        ),
        new(
            "verb circuit auth create",
            "Make a key. It serves one connection; give it to whoever shall link.",
            "Skapa en nyckel. Den räcker till en anslutning; ge den till den som ska länka.",
            "Maak een sleutel. Die geldt voor één verbinding; geef hem aan wie mag koppelen."
        ),
        new(
            "verb circuit auth list",
            "List authorizations and who uses them.",
            "Lista auktoriseringar och vem som använder dem.",
            "Toon autorisaties en wie ze gebruikt."
        ),
        new(
            "verb circuit auth delete",
            "Revoke a key. A connection that was made with it ends.",
            "Återkalla en nyckel. En anslutning som gjorts med den upphör.",
            "Trek een sleutel in. Een verbinding die ermee is gemaakt eindigt."
        ),
        new(
            "verb provider",
            "Connectivity providers: who there is, and (as a provider) the orders to provision.",
            "Anslutningsleverantörer: vilka som finns och (som leverantör) beställningarna att etablera.",
            "Connectiviteitsproviders: wie er zijn, en (als provider) de bestellingen om in te richten."
        ),
        new(
            "verb provider list",
            "List connectivity providers, where they are and what they offer.",
            "Lista anslutningsleverantörer, var de finns och vad de erbjuder.",
            "Toon connectiviteitsproviders, waar ze zitten en wat ze aanbieden."
        ),
        new(
            "verb provider orders",
            "List the circuits ordered from you.",
            "Lista kretsarna som beställts av er.",
            "Toon de circuits die bij u zijn besteld."
        ),
        new(
            "verb provider provision",
            "Provision the circuit of a service key.",
            "Etablera kretsen med en viss tjänstnyckel.",
            "Richt het circuit van een servicesleutel in."
        ),
        new(
            "verb provider provision start",
            "Take the order: the circuit gets its S-tag and ports.",
            "Ta beställningen: kretsen får sin S-tagg och sina portar.",
            "Neem de bestelling aan: het circuit krijgt zijn S-tag en poorten."
        ),
        new(
            "verb provider provision complete",
            "Say that your side is done: the circuit can be used.",
            "Säg att er sida är klar: kretsen kan användas.",
            "Meld dat uw kant klaar is: het circuit kan worden gebruikt."
        ),
        new(
            "verb provider deprovision",
            "Take your side of a circuit down.",
            "Ta ner er sida av en krets.",
            "Breek uw kant van een circuit af."
        ),
        new(
            "verb provider deprovision start",
            "Begin: the circuit carries nothing any more.",
            "Börja: kretsen bär ingenting längre.",
            "Begin: het circuit vervoert niets meer."
        ),
        new(
            "verb provider deprovision complete",
            "Say that your side is gone: the customer can delete the circuit.",
            "Säg att er sida är borta: kunden kan ta bort kretsen.",
            "Meld dat uw kant weg is: de klant kan het circuit verwijderen."
        ),
        new(
            "verb provider notes",
            "Leave a note on a circuit.",
            "Lämna en anteckning på en krets.",
            "Laat een notitie achter bij een circuit."
        ),
        new(
            "verb network",
            "Virtual networks, their gateways, and connections to circuits.",
            "Virtuella nätverk, deras gatewayer och anslutningar till kretsar.",
            "Virtuele netwerken, hun gateways en verbindingen met circuits."
        ),
        new(
            "verb network vnet",
            "Virtual networks: address space and subnets.",
            "Virtuella nätverk: adressutrymme och undernät.",
            "Virtuele netwerken: adresruimte en subnetten."
        ),
        new(
            "verb network vnet create",
            "Create a virtual network, or change it.",
            "Skapa ett virtuellt nätverk, eller ändra det.",
            "Maak een virtueel netwerk, of wijzig het."
        ),
        new("verb network vnet show", "Show a virtual network.", "Visa ett virtuellt nätverk.", "Toon een virtueel netwerk."),
        new(
            "verb network vnet list",
            "List the virtual networks of a group.",
            "Lista de virtuella nätverken i en grupp.",
            "Toon de virtuele netwerken van een groep."
        ),
        new("verb network vnet delete", "Delete a virtual network.", "Ta bort ett virtuellt nätverk.", "Verwijder een virtueel netwerk."),
        new(
            "verb network gateway",
            "ExpressRoute gateways: what a network is linked through.",
            "ExpressRoute-gatewayer: det som ett nätverk länkas genom.",
            "ExpressRoute-gateways: waardoor een netwerk wordt gekoppeld."
        ),
        new(
            "verb network gateway create",
            "Put an ExpressRoute gateway into a network, or resize it.",
            "Sätt en ExpressRoute-gateway i ett nätverk, eller ändra dess storlek.",
            "Zet een ExpressRoute-gateway in een netwerk, of wijzig de grootte."
        ),
        new("verb network gateway show", "Show a gateway.", "Visa en gateway.", "Toon een gateway."),
        new(
            "verb network gateway list",
            "List the gateways of a group.",
            "Lista gatewayerna i en grupp.",
            "Toon de gateways van een groep."
        ),
        new("verb network gateway delete", "Delete a gateway.", "Ta bort en gateway.", "Verwijder een gateway."),
        new(
            "verb network connection",
            "Connections: a network linked to a circuit.",
            "Anslutningar: ett nätverk länkat till en krets.",
            "Verbindingen: een netwerk gekoppeld aan een circuit."
        ),
        new(
            "verb network connection create",
            "Link a network to a circuit through its gateway.",
            "Länka ett nätverk till en krets genom dess gateway.",
            "Koppel een netwerk via zijn gateway aan een circuit."
        ),
        new("verb network connection show", "Show a connection.", "Visa en anslutning.", "Toon een verbinding."),
        new(
            "verb network connection list",
            "List the connections of a group.",
            "Lista anslutningarna i en grupp.",
            "Toon de verbindingen van een groep."
        ),
        new(
            "verb network connection delete",
            "Delete a connection: the network is no longer linked.",
            "Ta bort en anslutning: nätverket är inte längre länkat.",
            "Verwijder een verbinding: het netwerk is niet langer gekoppeld."
        ),
        new(
            "verb group",
            "Resource groups: what belongs together, and is deleted together.",
            "Resursgrupper: det som hör ihop och tas bort tillsammans.",
            "Resourcegroepen: wat bij elkaar hoort en samen wordt verwijderd."
        ),
        new("verb group create", "Create a resource group.", "Skapa en resursgrupp.", "Maak een resourcegroep."),
        new("verb group list", "List resource groups.", "Lista resursgrupper.", "Toon resourcegroepen."),
        new(
            "verb group delete",
            "Delete a resource group with everything in it; refused whole when something in it may not be deleted.",
            "Ta bort en resursgrupp med allt i den; nekas helt om något i den inte får tas bort.",
            "Verwijder een resourcegroep met alles erin; wordt geheel geweigerd als iets erin niet verwijderd mag worden."
        ),
        new(
            "verb usage",
            "What was used, from creation to deletion of every circuit: intervals per meter, and cost where the operator has set prices.",
            "Vad som använts, från varje krets skapande till borttagning: intervall per mätare, och kostnad där operatören har satt priser.",
            "Wat er is gebruikt, van aanmaak tot verwijdering van elk circuit: intervallen per meter, en kosten waar de operator prijzen heeft ingesteld."
        ),
        new(
            "verb subscription",
            "Subscriptions: who is billed. The operator opens, renames and cancels them.",
            "Prenumerationer: vem som debiteras. Operatören öppnar, byter namn på och säger upp dem.",
            "Abonnementen: wie de rekening krijgt. De operator opent, hernoemt en annuleert ze."
        ),
        new(
            "verb subscription create",
            "Open a subscription for a new customer or provider. Asked again with the same alias, it is the same one.",
            "Öppna en prenumeration för en ny kund eller leverantör. Frågar man igen med samma alias är det samma prenumeration.",
            "Open een abonnement voor een nieuwe klant of provider. Opnieuw gevraagd met dezelfde alias is het hetzelfde abonnement."
        ),
        new(
            "verb subscription list",
            "List the subscriptions that you may see.",
            "Lista prenumerationerna som du får se.",
            "Toon de abonnementen die u mag zien."
        ),
        new(
            "verb subscription rename",
            "Give a subscription another name.",
            "Ge en prenumeration ett annat namn.",
            "Geef een abonnement een andere naam."
        ),
        new(
            "verb subscription cancel",
            "Cancel an empty subscription: nothing can be created in it any more.",
            "Säg upp en tom prenumeration: inget kan längre skapas i den.",
            "Annuleer een leeg abonnement: er kan niets meer in worden gemaakt."
        ),
        new("verb subscription enable", "Take a cancellation back.", "Återta en uppsägning.", "Maak een annulering ongedaan."),
        new(
            "verb principal",
            "Principals: who may sign in. For the operator.",
            "Huvudnamn: vilka som får logga in. För operatören.",
            "Principals: wie zich mag aanmelden. Voor de operator."
        ),
        new(
            "verb principal create",
            "Let somebody sign in. The secret is shown now and never again.",
            "Låt någon logga in. Hemligheten visas nu och aldrig mer.",
            "Laat iemand zich aanmelden. Het geheim wordt nu getoond en daarna nooit meer."
        ),
        new("verb principal show", "Show a principal.", "Visa ett huvudnamn.", "Toon een principal."),
        new("verb principal list", "List who may sign in.", "Lista vilka som får logga in.", "Toon wie zich mag aanmelden."),
        new(
            "verb principal rotate",
            "Make a new secret, shown now and never again. The old one ends, at once or later.",
            "Skapa en ny hemlighet, som visas nu och aldrig mer. Den gamla upphör, genast eller senare.",
            "Maak een nieuw geheim, dat nu wordt getoond en daarna nooit meer. Het oude vervalt, meteen of later."
        ),
        new(
            "verb principal disable",
            "Shut a principal out at once, its tokens included.",
            "Stäng ute ett huvudnamn genast, även dess token.",
            "Sluit een principal meteen buiten, ook met bestaande tokens."
        ),
        new(
            "verb principal enable",
            "Let a disabled principal in again.",
            "Släpp in ett avstängt huvudnamn igen.",
            "Laat een uitgeschakelde principal weer toe."
        ),
        new(
            "verb principal delete",
            "Remove a principal with every role it was given.",
            "Ta bort ett huvudnamn med alla roller det har fått.",
            "Verwijder een principal met elke rol die is toegekend."
        ),
        new("verb role", "Roles: who may do what, where.", "Roller: vem som får göra vad, och var.", "Rollen: wie wat mag, en waar."),
        new("verb role definitions", "List the roles there are.", "Lista rollerna som finns.", "Toon welke rollen er zijn."),
        new("verb role assign", "Give somebody a role.", "Ge någon en roll.", "Geef iemand een rol."),
        new("verb role list", "List who has which role.", "Lista vem som har vilken roll.", "Toon wie welke rol heeft."),
        new("verb role remove", "Take a role away.", "Ta ifrån någon en roll.", "Neem een rol weg."),
        new(
            "verb login",
            "Try the credentials of an access file, and remember which file and role to use. No secret is copied.",
            "Prova uppgifterna i en åtkomstfil och kom ihåg vilken fil och roll som ska användas. Ingen hemlighet kopieras.",
            "Probeer de gegevens van een toegangsbestand, en onthoud welk bestand en welke rol te gebruiken. Er wordt geen geheim gekopieerd."
        ),
        new(
            "verb context",
            "What need not be typed each time.",
            "Det som inte behöver skrivas varje gång.",
            "Wat niet elke keer getypt hoeft te worden."
        ),
        new(
            "verb context show",
            "Show the saved context, with the environment over it.",
            "Visa den sparade kontexten, med miljövariablerna ovanpå.",
            "Toon de bewaarde context, met de omgevingsvariabelen eroverheen."
        ),
        new(
            "verb context set",
            "Save --access, --as and --group for later commands.",
            "Spara --access, --as och --group för senare kommandon.",
            "Bewaar --access, --as en --group voor latere opdrachten."
        ),
        new("verb context clear", "Forget the saved context.", "Glöm den sparade kontexten.", "Vergeet de bewaarde context."),
        new(
            "verb completion",
            "Print a completion script for your shell: source <(causeway completion bash)",
            "Skriv ut ett kompletteringsskript för ditt skal: source <(causeway completion bash)",
            "Druk een aanvulscript voor uw shell af: source <(causeway completion bash)"
        ),
        new(
            "verb operator",
            "How the installation does its work, and what everybody has.",
            "Hur installationen sköter sitt arbete, och vad alla har.",
            "Hoe de installatie haar werk doet, en wat iedereen heeft."
        ),
        new(
            "verb operator status",
            "Background loops, what waits and runs, routers, sources of registry data, the store.",
            "Bakgrundsslingor, vad som väntar och körs, routrar, källor till registerdata, lagret.",
            "Achtergrondlussen, wat wacht en loopt, routers, bronnen van registergegevens, de opslag."
        ),
        new(
            "verb operator effects",
            "List what waits or runs outside, one by one.",
            "Lista vad som väntar eller körs utanför, ett för ett.",
            "Toon wat er buiten wacht of loopt, een voor een."
        ),
        new(
            "verb operator routers",
            "List the routers: who drives them, what they should have and have.",
            "Lista routrarna: vem som driver dem, vad de ska ha och har.",
            "Toon de routers: wie ze aanstuurt, wat ze horen te hebben en hebben."
        ),
        new(
            "verb operator circuits",
            "List the circuits of all subscriptions.",
            "Lista kretsarna i alla prenumerationer.",
            "Toon de circuits van alle abonnementen."
        ),
        new(
            "verb topology",
            "The network's topology: look at, plan, change while running; the operator's.",
            "Nätets topologi: titta på, planera, ändra under drift; operatörens.",
            "De topologie van het netwerk: bekijken, plannen, tijdens bedrijf wijzigen; van de operator."
        ),
        new(
            "verb topology default",
            "Print the built-in topology, the best start for one of your own.",
            "Skriv ut den inbyggda topologin, den bästa början till en egen.",
            "Druk de ingebouwde topologie af, het beste begin voor een eigen."
        ),
        new(
            "verb topology show",
            "Show which topology is in force, or its text.",
            "Visa vilken topologi som gäller, eller dess text.",
            "Toon welke topologie van kracht is, of de tekst ervan."
        ),
        new(
            "verb topology plan",
            "Say what a file would change, and what stands in its way.",
            "Säg vad en fil skulle ändra, och vad som hindrar det.",
            "Zeg wat een bestand zou wijzigen, en wat dat in de weg staat."
        ),
        new(
            "verb topology apply",
            "Change the topology of the running installation, whole or not at all.",
            "Ändra den körande installationens topologi, helt eller inte alls.",
            "Wijzig de topologie van de draaiende installatie, helemaal of niet."
        ),
    ];
}
