namespace Causeway.Cli.Language;

/// <summary>What the command line says: progress, empty lists, what is wrong, what to do next.</summary>
internal static class SentenceWords
{
    public static readonly Entry[] All =
    [
        new("help Description", "Description", "Beskrivning", "Beschrijving"),
        new("help Usage", "Usage", "Användning", "Gebruik"),
        new("help Arguments", "Arguments", "Argument", "Argumenten"),
        new("help Options", "Options", "Alternativ", "Opties"),
        new("help Commands", "Commands", "Kommandon", "Opdrachten"),
        new("help Examples", "Examples", "Exempel", "Voorbeelden"),
        new(
            "exit codes",
            "Exit codes: 0 done, 1 refused by the server, 2 wrong command line, 3 not found, 4 not permitted, 5 server unreachable, 6 timeout, 7 changed by somebody else meanwhile, 8 wrong certificate, 130 interrupted.",
            "Slutkoder: 0 klart, 1 nekat av servern, 2 fel kommandorad, 3 finns inte, 4 inte tillåtet, 5 servern nås inte, 6 tiden ute, 7 ändrat av någon annan under tiden, 8 fel certifikat, 130 avbrutet.",
            "Afsluitcodes: 0 klaar, 1 geweigerd door de server, 2 verkeerde opdrachtregel, 3 niet gevonden, 4 niet toegestaan, 5 server onbereikbaar, 6 tijd verstreken, 7 intussen door iemand anders gewijzigd, 8 verkeerd certificaat, 130 onderbroken."
        ),
        // Progress.
        new("reading", "Reading", "Läser", "Lezen"),
        new("ordering", "Ordering the circuit", "Beställer kretsen", "Het circuit bestellen"),
        new("changing", "Changing", "Ändrar", "Wijzigen"),
        new("creating", "Creating", "Skapar", "Maken"),
        new("deleting", "Deleting", "Tar bort", "Verwijderen"),
        new("configuring", "Configuring both routers", "Konfigurerar båda routrarna", "Beide routers configureren"),
        new("making the key", "Making the key", "Skapar nyckeln", "De sleutel maken"),
        new("telling", "Telling Causeway", "Meddelar Causeway", "Causeway inlichten"),
        new("storing the network", "Storing the network", "Sparar nätverket", "Het netwerk opslaan"),
        new("placing the gateway", "Placing the gateway", "Placerar gatewayen", "De gateway plaatsen"),
        new("linking", "Linking the network", "Länkar nätverket", "Het netwerk koppelen"),
        // Things, and what became of them.
        new("thing circuit", "Circuit", "Kretsen", "Circuit"),
        new("thing authorization", "Authorization", "Auktoriseringen", "Autorisatie"),
        new("thing group", "Group", "Gruppen", "Groep"),
        new("thing vnet", "Virtual network", "Det virtuella nätverket", "Virtueel netwerk"),
        new("thing gateway", "Gateway", "Gatewayen", "Gateway"),
        new("thing connection", "Connection", "Anslutningen", "Verbinding"),
        new("thing principal", "Principal", "Huvudnamnet", "Principal"),
        new("thing role", "Role", "Rollen", "Rol"),
        new("deleted", "{0} is deleted.", "{0} är borttagen.", "{0} is verwijderd."),
        new("being deleted", "{0} is being deleted.", "{0} håller på att tas bort.", "{0} wordt verwijderd."),
        new("was not there", "There was nothing to delete: {0}.", "Det fanns inget att ta bort: {0}.", "Er was niets te verwijderen: {0}."),
        // Nothing to show.
        new(
            "no circuits",
            "No circuits. Order one with 'causeway circuit create'.",
            "Inga kretsar. Beställ en med 'causeway circuit create'.",
            "Geen circuits. Bestel er een met 'causeway circuit create'."
        ),
        new("no journal", "The journal holds nothing of it.", "Journalen innehåller inget om den.", "Het journaal bevat er niets over."),
        new(
            "no authorizations",
            "No authorizations. Make one with 'causeway circuit auth create'.",
            "Inga auktoriseringar. Skapa en med 'causeway circuit auth create'.",
            "Geen autorisaties. Maak er een met 'causeway circuit auth create'."
        ),
        new(
            "no peerings",
            "No peerings. Configure one with 'causeway circuit peering create'.",
            "Inga peeringar. Konfigurera en med 'causeway circuit peering create'.",
            "Geen peerings. Configureer er een met 'causeway circuit peering create'."
        ),
        new(
            "no routes",
            "No routes: no session is up, or nothing was announced.",
            "Inga vägar: ingen session är uppe, eller inget har annonserats.",
            "Geen routes: er is geen sessie op, of er is niets aangekondigd."
        ),
        new(
            "no neighbors",
            "No neighbors: the peering is not on the routers.",
            "Inga grannar: peeringen finns inte på routrarna.",
            "Geen buren: de peering staat niet op de routers."
        ),
        new(
            "no arp",
            "The routers' driver has no ARP table.",
            "Routrarnas drivrutin har ingen ARP-tabell.",
            "De driver van de routers heeft geen ARP-tabel."
        ),
        new(
            "no sessions",
            "No sessions: the peering is not on the routers.",
            "Inga sessioner: peeringen finns inte på routrarna.",
            "Geen sessies: de peering staat niet op de routers."
        ),
        new(
            "no counters",
            "No counters: the routers' driver cannot measure them.",
            "Inga räknare: routrarnas drivrutin kan inte mäta dem.",
            "Geen tellers: de driver van de routers kan ze niet meten."
        ),
        new(
            "no providers",
            "No providers: the operator's topology names none.",
            "Inga leverantörer: operatörens topologi nämner inga.",
            "Geen providers: de topologie van de operator noemt er geen."
        ),
        new("no orders", "No orders.", "Inga beställningar.", "Geen bestellingen."),
        new(
            "no groups",
            "No resource groups. Create one with 'causeway group create'.",
            "Inga resursgrupper. Skapa en med 'causeway group create'.",
            "Geen resourcegroepen. Maak er een met 'causeway group create'."
        ),
        new(
            "no vnets",
            "No virtual networks in this group.",
            "Inga virtuella nätverk i gruppen.",
            "Geen virtuele netwerken in deze groep."
        ),
        new("no gateways", "No gateways in this group.", "Inga gatewayer i gruppen.", "Geen gateways in deze groep."),
        new("no connections", "No connections in this group.", "Inga anslutningar i gruppen.", "Geen verbindingen in deze groep."),
        new("no usage", "Nothing was used in this time.", "Inget användes under den tiden.", "Er is in deze tijd niets gebruikt."),
        new(
            "no subscriptions",
            "No subscription is visible to this principal.",
            "Ingen prenumeration är synlig för detta huvudnamn.",
            "Geen abonnement is zichtbaar voor deze principal."
        ),
        new("no principals", "No principals.", "Inga huvudnamn.", "Geen principals."),
        new("no roles", "No roles.", "Inga roller.", "Geen rollen."),
        new("no assignments", "Nobody has a role here.", "Ingen har någon roll här.", "Niemand heeft hier een rol."),
        new(
            "logged in without",
            "Logged in. No subscription is visible to this principal.",
            "Inloggad. Ingen prenumeration är synlig för detta huvudnamn.",
            "Aangemeld. Geen abonnement is zichtbaar voor deze principal."
        ),
        new("running", "running", "pågår", "loopt"),
        new("total", "Total {0} {1}", "Summa {0} {1}", "Totaal {0} {1}"),
        // What is wrong with the command line.
        new(
            "which group",
            "Which resource group? Say --group NAME, or once and for all: causeway context set --group NAME.",
            "Vilken resursgrupp? Ange --group NAMN, eller en gång för alla: causeway context set --group NAMN.",
            "Welke resourcegroep? Geef --group NAAM, of eens en voor altijd: causeway context set --group NAAM."
        ),
        new(
            "not a tag",
            "'{0}' is not a tag: write name=value.",
            "'{0}' är ingen tagg: skriv namn=värde.",
            "'{0}' is geen tag: schrijf naam=waarde."
        ),
        new(
            "not a bandwidth",
            "'{0}' is not a bandwidth: write 200, 200Mbps or 1Gbps.",
            "'{0}' är ingen bandbredd: skriv 200, 200Mbps eller 1Gbps.",
            "'{0}' is geen bandbreedte: schrijf 200, 200Mbps of 1Gbps."
        ),
        new(
            "not a subnet",
            "'{0}' is not a subnet: write name=prefix, such as web=10.1.0.0/24.",
            "'{0}' är inget undernät: skriv namn=prefix, till exempel web=10.1.0.0/24.",
            "'{0}' is geen subnet: schrijf naam=voorvoegsel, bijvoorbeeld web=10.1.0.0/24."
        ),
        new(
            "nothing to change",
            "Nothing to change: give --bandwidth, --tier, --family or --tags.",
            "Inget att ändra: ange --bandwidth, --tier, --family eller --tags.",
            "Niets te wijzigen: geef --bandwidth, --tier, --family of --tags."
        ),
        new(
            "no such order",
            "There is no order with service key '{0}' among yours: look at 'causeway provider orders'.",
            "Det finns ingen beställning med tjänstnyckeln '{0}' bland era: se 'causeway provider orders'.",
            "Er is bij u geen bestelling met servicesleutel '{0}': zie 'causeway provider orders'."
        ),
        new(
            "no such subscription",
            "You see no subscription named '{0}'.",
            "Du ser ingen prenumeration som heter '{0}'.",
            "U ziet geen abonnement met de naam '{0}'."
        ),
        new(
            "several subscriptions",
            "Several subscriptions are named '{0}': say which by its id ({1}).",
            "Flera prenumerationer heter '{0}': ange vilken med dess id ({1}).",
            "Verscheidene abonnementen heten '{0}': zeg welke met de id ({1})."
        ),
        new(
            "no such role",
            "There is no role '{0}': choose one of {1}.",
            "Det finns ingen roll '{0}': välj en av {1}.",
            "Er is geen rol '{0}': kies een van {1}."
        ),
        new(
            "no such principal",
            "There is no principal '{0}': look at 'causeway principal list'.",
            "Det finns inget huvudnamn '{0}': se 'causeway principal list'.",
            "Er is geen principal '{0}': zie 'causeway principal list'."
        ),
        new("did you mean", "Did you mean '{0}'?", "Menade du '{0}'?", "Bedoelde u '{0}'?"),
        new(
            "timeout",
            "not finished within {0} s. What the server has accepted goes on there: look again with a 'show', or wait longer with --timeout.",
            "inte klart inom {0} s. Det som servern har tagit emot fortsätter där: titta igen med 'show', eller vänta längre med --timeout.",
            "niet klaar binnen {0} s. Wat de server heeft aangenomen gaat daar door: kijk opnieuw met 'show', of wacht langer met --timeout."
        ),
        new(
            "secret not shown",
            "'{0}' was there already, and its secret is not shown again. Make a new one: causeway principal rotate {0}",
            "'{0}' fanns redan, och dess hemlighet visas inte igen. Skapa en ny: causeway principal rotate {0}",
            "'{0}' bestond al, en het geheim wordt niet opnieuw getoond. Maak een nieuw: causeway principal rotate {0}"
        ),
        new(
            "secret shown once",
            "Keep the secret now: it is not shown again.",
            "Spara hemligheten nu: den visas inte igen.",
            "Bewaar het geheim nu: het wordt niet opnieuw getoond."
        ),
        // What to do next.
        new(
            "next provision",
            "Next: give the service key to {0}, who provisions the circuit: causeway provider provision start {1}",
            "Nästa steg: ge tjänstnyckeln till {0}, som etablerar kretsen: causeway provider provision start {1}",
            "Volgende stap: geef de servicesleutel aan {0}, die het circuit inricht: causeway provider provision start {1}"
        ),
        new(
            "next complete",
            "Next, when your side is done: causeway provider provision complete {0}",
            "Nästa steg, när er sida är klar: causeway provider provision complete {0}",
            "Volgende stap, als uw kant klaar is: causeway provider provision complete {0}"
        ),
        new(
            "next peering",
            "Next, the customer: causeway circuit peering create CIRCUIT --peer-asn ASN --vlan VLAN --primary A.B.C.D/30 --secondary A.B.C.D/30",
            "Nästa steg, kunden: causeway circuit peering create KRETS --peer-asn ASN --vlan VLAN --primary A.B.C.D/30 --secondary A.B.C.D/30",
            "Volgende stap, de klant: causeway circuit peering create CIRCUIT --peer-asn ASN --vlan VLAN --primary A.B.C.D/30 --secondary A.B.C.D/30"
        ),
        new(
            "next sessions",
            "Next: set up your routers, then look: causeway circuit sessions {0}",
            "Nästa steg: ställ in dina routrar och titta sedan: causeway circuit sessions {0}",
            "Volgende stap: stel uw routers in en kijk dan: causeway circuit sessions {0}"
        ),
        new(
            "next deprovisioned",
            "Next, when your side is gone: causeway provider deprovision complete {0}",
            "Nästa steg, när er sida är borta: causeway provider deprovision complete {0}",
            "Volgende stap, als uw kant weg is: causeway provider deprovision complete {0}"
        ),
        new(
            "next delete",
            "Next, the customer: causeway circuit delete CIRCUIT",
            "Nästa steg, kunden: causeway circuit delete KRETS",
            "Volgende stap, de klant: causeway circuit delete CIRCUIT"
        ),
        new(
            "next gateway",
            "Next: causeway network gateway create GATEWAY --vnet {0}",
            "Nästa steg: causeway network gateway create GATEWAY --vnet {0}",
            "Volgende stap: causeway network gateway create GATEWAY --vnet {0}"
        ),
        new(
            "next connection",
            "Next: causeway network connection create NAME --gateway {0} --circuit CIRCUIT",
            "Nästa steg: causeway network connection create NAMN --gateway {0} --circuit KRETS",
            "Volgende stap: causeway network connection create NAAM --gateway {0} --circuit CIRCUIT"
        ),
        new(
            "next routes",
            "Next: causeway circuit explain {0}",
            "Nästa steg: causeway circuit explain {0}",
            "Volgende stap: causeway circuit explain {0}"
        ),
        new(
            "next link theirs",
            "Next, the other subscription: causeway network connection create NAME --gateway GATEWAY --circuit {0} --authorization-key {1}",
            "Nästa steg, den andra prenumerationen: causeway network connection create NAMN --gateway GATEWAY --circuit {0} --authorization-key {1}",
            "Volgende stap, het andere abonnement: causeway network connection create NAAM --gateway GATEWAY --circuit {0} --authorization-key {1}"
        ),
        new(
            "next context",
            "Next: causeway context set --group {0}",
            "Nästa steg: causeway context set --group {0}",
            "Volgende stap: causeway context set --group {0}"
        ),
        new(
            "next principal",
            "Next: causeway principal create {0} --owner-of {1} --save {0}.json",
            "Nästa steg: causeway principal create {0} --owner-of {1} --save {0}.json",
            "Volgende stap: causeway principal create {0} --owner-of {1} --save {0}.json"
        ),
        new(
            "next role",
            "Keep the secret now: it is not shown again. Next: causeway role assign Owner {0} --subscription ID --as operator",
            "Spara hemligheten nu: den visas inte igen. Nästa steg: causeway role assign Owner {0} --subscription ID --as operator",
            "Bewaar het geheim nu: het wordt niet opnieuw getoond. Volgende stap: causeway role assign Owner {0} --subscription ID --as operator"
        ),
        new(
            "next login",
            "{0} holds the secret, which is not shown again. Next, whoever it is for: causeway login --access {0} --as {1}",
            "{0} innehåller hemligheten, som inte visas igen. Nästa steg, den det gäller: causeway login --access {0} --as {1}",
            "{0} bevat het geheim, dat niet opnieuw wordt getoond. Volgende stap, voor wie het is: causeway login --access {0} --as {1}"
        ),
        new(
            "next enable",
            "To let it in again: causeway principal enable {0}",
            "För att släppa in det igen: causeway principal enable {0}",
            "Om weer toe te laten: causeway principal enable {0}"
        ),
        // Errors of the server, and who can do something about them.
        new("error", "error", "fel", "fout"),
        new("operation failed", "the operation failed", "åtgärden misslyckades", "de bewerking is mislukt"),
        new("at", "at {0}", "vid {0}", "bij {0}"),
        new("who acts next", "Who acts next: {0}", "Vem står på tur: {0}", "Wie is aan zet: {0}"),
        new("try", "Try: {0}", "Prova: {0}", "Probeer: {0}"),
        new("the customer", "the customer", "kunden", "de klant"),
        new("the provider", "the provider", "leverantören", "de provider"),
        new("the operator", "the operator", "operatören", "de operator"),
        new(
            "advice deprovision",
            "the connectivity provider, who takes its side down first",
            "anslutningsleverantören, som först tar ner sin sida",
            "de connectiviteitsprovider, die eerst zijn kant afbreekt"
        ),
        new(
            "advice provision",
            "the connectivity provider, who provisions the circuit by its service key",
            "anslutningsleverantören, som etablerar kretsen med tjänstnyckeln",
            "de connectiviteitsprovider, die het circuit met de servicesleutel inricht"
        ),
        new("advice peering", "you, the circuit's owner", "du, kretsens ägare", "u, de eigenaar van het circuit"),
        new("advice end use", "you: end what uses it", "du: avsluta det som använder den", "u: beëindig wat het gebruikt"),
        new("advice gateway first", "you: delete the gateway first", "du: ta bort gatewayen först", "u: verwijder eerst de gateway"),
        new(
            "advice connections first",
            "you: delete its connections first",
            "du: ta bort dess anslutningar först",
            "u: verwijder eerst de verbindingen"
        ),
        new("advice choose", "you: choose from the list", "du: välj ur listan", "u: kies uit de lijst"),
        new(
            "advice key",
            "the circuit's owner, who makes a key for you",
            "kretsens ägare, som skapar en nyckel åt dig",
            "de eigenaar van het circuit, die een sleutel voor u maakt"
        ),
        new(
            "advice group",
            "you: create the group, or name another with --group",
            "du: skapa gruppen, eller ange en annan med --group",
            "u: maak de groep, of noem een andere met --group"
        ),
        new("advice look", "you: look at what there is", "du: se efter vad som finns", "u: kijk wat er is"),
        new(
            "advice role",
            "the owner of that scope, who gives a role; or you, as somebody else",
            "den som äger området och ger en roll; eller du, som någon annan",
            "de eigenaar van dat bereik, die een rol geeft; of u, als iemand anders"
        ),
        new(
            "advice linked role",
            "the owner of what you refer to, who gives a role on it",
            "ägaren av det du hänvisar till, som ger en roll på det",
            "de eigenaar van waarnaar u verwijst, die er een rol op geeft"
        ),
        new(
            "advice login",
            "you: log in with an access.json of this server",
            "du: logga in med en access.json från denna server",
            "u: meld u aan met een access.json van deze server"
        ),
        new(
            "advice again",
            "you: somebody changed it meanwhile; look, and do it again",
            "du: någon ändrade det under tiden; titta, och gör om",
            "u: iemand heeft het intussen gewijzigd; kijk, en doe het opnieuw"
        ),
        new(
            "advice other subnets",
            "you: choose other peer subnets",
            "du: välj andra undernät för peeringen",
            "u: kies andere subnetten voor de peering"
        ),
        new("advice other vlan", "you: choose another VLAN", "du: välj ett annat VLAN", "u: kies een ander VLAN"),
        new("advice delete groups", "you: delete what is in it", "du: ta bort det som finns i den", "u: verwijder wat erin zit"),
        new(
            "advice enable subscription",
            "the operator, who can enable the subscription",
            "operatören, som kan aktivera prenumerationen",
            "de operator, die het abonnement kan inschakelen"
        ),
        new("advice other operator", "another operator", "en annan operatör", "een andere operator"),
        // The operator's status.
        new(
            "all loops work",
            "Node {0}: all {1} background loops do their work.",
            "Nod {0}: alla {1} bakgrundsslingor sköter sitt arbete.",
            "Knooppunt {0}: alle {1} achtergrondlussen doen hun werk."
        ),
        new(
            "some loops do not work",
            "Node {0}: {1} of {2} background loops do not do their work: {3}.",
            "Nod {0}: {1} av {2} bakgrundsslingor sköter inte sitt arbete: {3}.",
            "Knooppunt {0}: {1} van de {2} achtergrondlussen doen hun werk niet: {3}."
        ),
        new("store answers", "Store: {0}; it answers.", "Lager: {0}; det svarar.", "Opslag: {0}; die antwoordt."),
        new("store away", "The store does not answer: {0}", "Lagret svarar inte: {0}", "De opslag antwoordt niet: {0}"),
        new("topology revision", "Topology: {0}, revision {1}.", "Topologi: {0}, revision {1}.", "Topologie: {0}, revisie {1}."),
        new(
            "wake-ups",
            "{0} wake-ups wait, the next for {1}.",
            "{0} väckningar väntar, nästa på {1}.",
            "{0} wekmomenten wachten, het eerste op {1}."
        ),
        new("no wake-ups", "No wake-ups wait.", "Inga väckningar väntar.", "Er wachten geen wekmomenten."),
        new("nothing waits", "No effects wait or run.", "Inga effekter väntar eller körs.", "Er wachten of lopen geen effecten."),
        new("no loops", "No background loops.", "Inga bakgrundsslingor.", "Geen achtergrondlussen."),
        new("no routers", "No routers.", "Inga routrar.", "Geen routers."),
        new("no sources", "No sources.", "Inga källor.", "Geen bronnen."),
        new(
            "topology in use",
            "This topology cannot be applied: circuits stand on what it takes away.",
            "Den här topologin kan inte tillämpas: kretsar står på det som den tar bort.",
            "Deze topologie kan niet worden toegepast: er staan circuits op wat zij wegneemt."
        ),
        new(
            "topology not agreed",
            "Nothing was changed. Give --yes to apply without being asked.",
            "Inget ändrades. Ange --yes för att tillämpa utan fråga.",
            "Er is niets gewijzigd. Geef --yes om zonder vraag toe te passen."
        ),
        new("topology agree", "Apply these changes? [y/N]", "Tillämpa ändringarna? [j/N]", "Deze wijzigingen toepassen? [j/N]"),
        new(
            "topology unchanged",
            "Nothing would change against revision {0}.",
            "Inget skulle ändras mot revision {0}.",
            "Er zou niets wijzigen ten opzichte van revisie {0}."
        ),
        new(
            "next topology apply",
            "Next: causeway topology apply {0}",
            "Nästa steg: causeway topology apply {0}",
            "Volgende stap: causeway topology apply {0}"
        ),
    ];
}
