namespace Causeway.Cli.Language;

/// <summary>
/// <c>circuit explain</c>, by the finding's code; the values are the finding's, in its order. In English it is what the server says.
/// </summary>
internal static class ExplainWords
{
    public static readonly Entry[] All =
    [
        new("level ok", "ok", "ok", "ok"),
        new("level info", "info", "info", "info"),
        new("level warning", "warning", "varning", "let op"),
        new("level blocking", "blocking", "hindrar", "blokkeert"),
        new("explain usable", "{0} can be used.", "{0} kan användas.", "{0} kan worden gebruikt."),
        new("explain unusable", "{0} cannot be used: {1}", "{0} kan inte användas: {1}", "{0} kan niet worden gebruikt: {1}"),
        new("explain Deleting", "The circuit is being deleted.", "Kretsen håller på att tas bort.", "Het circuit wordt verwijderd."),
        new(
            "explain Enabled",
            "The circuit is Enabled on our side.",
            "Kretsen är Enabled på vår sida.",
            "Het circuit is Enabled aan onze kant."
        ),
        new(
            "explain Provisioned",
            "{0} has provisioned its side at {1}.",
            "{0} har etablerat sin sida i {1}.",
            "{0} heeft zijn kant in {1} ingericht."
        ),
        new("explain Provisioning", "{0} is provisioning its side.", "{0} etablerar sin sida.", "{0} is zijn kant aan het inrichten."),
        new("explain Deprovisioning", "{0} is taking its side down.", "{0} avetablerar sin sida.", "{0} is zijn kant aan het afbreken."),
        new(
            "explain NotProvisioned",
            "{0} has not provisioned its side: give it the service key {1}, then it acts.",
            "{0} har inte etablerat sin sida: ge den tjänstnyckeln {1}, så agerar den.",
            "{0} heeft zijn kant niet ingericht: geef de servicesleutel {1}, dan handelt die."
        ),
        new(
            "explain NoPrivatePeering",
            "Private peering is not configured; that comes after provisioning.",
            "Privat peering är inte konfigurerad; det kommer efter etableringen.",
            "Privépeering is niet geconfigureerd; dat komt na het inrichten."
        ),
        new(
            "explain NoPrivatePeering provider",
            "Private peering is not configured: {0} works at layer 3 and configures it.",
            "Privat peering är inte konfigurerad: {0} arbetar på lager 3 och konfigurerar den.",
            "Privépeering is niet geconfigureerd: {0} werkt op laag 3 en configureert die."
        ),
        new(
            "explain NoPrivatePeering customer",
            "Private peering is not configured: configure AzurePrivatePeering.",
            "Privat peering är inte konfigurerad: konfigurera AzurePrivatePeering.",
            "Privépeering is niet geconfigureerd: configureer AzurePrivatePeering."
        ),
        new(
            "explain PeeringWaits",
            "Private peering is stored and goes to the routers when the circuit is provisioned.",
            "Privat peering är sparad och går till routrarna när kretsen är etablerad.",
            "Privépeering is opgeslagen en gaat naar de routers zodra het circuit is ingericht."
        ),
        new(
            "explain PeeringConfiguring 0",
            "Private peering is being put on both routers.",
            "Privat peering läggs på båda routrarna.",
            "Privépeering wordt op beide routers gezet."
        ),
        new(
            "explain PeeringConfiguring 1",
            "Private peering is being put on both routers; the last try failed: {0}.",
            "Privat peering läggs på båda routrarna; det senaste försöket misslyckades: {0}.",
            "Privépeering wordt op beide routers gezet; de laatste poging mislukte: {0}."
        ),
        new(
            "explain PeeringRemoving",
            "Private peering is being taken off the routers.",
            "Privat peering tas bort från routrarna.",
            "Privépeering wordt van de routers gehaald."
        ),
        new(
            "explain PeeringFailed",
            "A router could not take private peering: {0}.",
            "En router kunde inte ta emot privat peering: {0}.",
            "Een router kon de privépeering niet aannemen: {0}."
        ),
        new(
            "explain PeeringDisabled",
            "Private peering is Disabled: set its state to Enabled.",
            "Privat peering är Disabled: sätt dess läge till Enabled.",
            "Privépeering is Disabled: zet de status op Enabled."
        ),
        new(
            "explain PeeringConfigured",
            "Private peering is enabled on both routers.",
            "Privat peering är påslagen på båda routrarna.",
            "Privépeering is op beide routers ingeschakeld."
        ),
        new(
            "explain DeprovisioningLinked",
            "{0} is taking its side down, and waits until no virtual network is linked any more: delete the connections.",
            "{0} avetablerar sin sida, och väntar tills inget virtuellt nätverk är länkat längre: ta bort anslutningarna.",
            "{0} is zijn kant aan het afbreken, en wacht tot er geen virtueel netwerk meer gekoppeld is: verwijder de verbindingen."
        ),
        new(
            "explain PeeringConflicts",
            "Private peering cannot be put on the routers: {0}",
            "Privat peering kan inte läggas på routrarna: {0}",
            "Privépeering kan niet op de routers worden gezet: {0}"
        ),
        new("explain RouterAway", "{0} does not follow: {1}.", "{0} följer inte: {1}.", "{0} volgt niet: {1}."),
        new(
            "explain CannotBeCompiled",
            "{0} keeps what it had of the circuit: {1}.",
            "{0} behåller vad den hade av kretsen: {1}.",
            "{0} houdt wat het van het circuit had: {1}."
        ),
        new(
            "explain SessionStale",
            "The {0} session to {1} was {2} when {3} was last read, {4} s ago: what it is now is not known.",
            "Sessionen {0} till {1} var {2} när {3} senast lästes, för {4} s sedan: vad den är nu är inte känt.",
            "De sessie {0} naar {1} was {2} toen {3} voor het laatst werd gelezen, {4} s geleden: wat die nu is, is niet bekend."
        ),
        new(
            "explain NoLink",
            "The {0} session to {1} has no link: {2} lives in a machine's own address space, and connects inside its link space only. It stays down.",
            "Sessionen {0} till {1} har ingen länk: {2} finns i en dators egen adressrymd och ansluter bara inom sin länkrymd. Den förblir nere.",
            "De sessie {0} naar {1} heeft geen verbinding: {2} zit in de eigen adresruimte van een machine en verbindt alleen binnen zijn link space. Die blijft neer."
        ),
        new(
            "explain RoutesComing",
            "The {0} session to {1} is Established; the peer has not said yet that it has sent all its routes.",
            "Sessionen {0} till {1} är Established; motparten har ännu inte sagt att den sänt alla sina vägar.",
            "De sessie {0} naar {1} is Established; de peer heeft nog niet gezegd dat alle routes zijn verzonden."
        ),
        new(
            "explain RoutesRefused",
            "Of what comes over the {0} session to {1}, {2} routes are refused: {3}. docs/reasons.md says what each reason means.",
            "Av det som kommer över sessionen {0} till {1} nekas {2} vägar: {3}. docs/reasons.md säger vad varje skäl betyder.",
            "Van wat over de sessie {0} naar {1} komt, worden {2} routes geweigerd: {3}. docs/reasons.md zegt wat elke reden betekent."
        ),
        new(
            "explain SessionUnknown",
            "The {0} session to {1} has not been read from {2} yet.",
            "Sessionen {0} till {1} har ännu inte lästs från {2}.",
            "De sessie {0} naar {1} is nog niet van {2} gelezen."
        ),
        new(
            "explain SessionDown 4",
            "The {0} session to {1} (AS{2}) is {3}: check the router at {1}, its AS number, VLAN and MD5 key.",
            "Sessionen {0} till {1} (AS{2}) är {3}: kontrollera routern på {1}, dess AS-nummer, VLAN och MD5-nyckel.",
            "De sessie {0} naar {1} (AS{2}) is {3}: controleer de router op {1}, het AS-nummer, VLAN en de MD5-sleutel."
        ),
        new(
            "explain SessionDown 5",
            "The {0} session to {1} (AS{2}) is {3}; last: {4}: check the router at {1}, its AS number, VLAN and MD5 key.",
            "Sessionen {0} till {1} (AS{2}) är {3}; senast: {4}: kontrollera routern på {1}, dess AS-nummer, VLAN och MD5-nyckel.",
            "De sessie {0} naar {1} (AS{2}) is {3}; laatst: {4}: controleer de router op {1}, het AS-nummer, VLAN en de MD5-sleutel."
        ),
        new(
            "explain NoRoutes 2",
            "The {0} session to {1} is Established, but no route comes over it.",
            "Sessionen {0} till {1} är Established, men ingen väg kommer över den.",
            "De sessie {0} naar {1} is Established, maar er komt geen route over."
        ),
        new(
            "explain NoRoutes 3",
            "The {0} session to {1} is Established, but all {2} routes were refused.",
            "Sessionen {0} till {1} är Established, men alla {2} vägar nekades.",
            "De sessie {0} naar {1} is Established, maar alle {2} routes zijn geweigerd."
        ),
        new(
            "explain SessionEstablished",
            "The {0} session to {1} is Established, {2} routes accepted, {3} announced.",
            "Sessionen {0} till {1} är Established, {2} vägar godtagna, {3} annonserade.",
            "De sessie {0} naar {1} is Established, {2} routes geaccepteerd, {3} aangekondigd."
        ),
        new(
            "explain NoNetworks",
            "No virtual network is linked: create a connection from a network's gateway to the circuit.",
            "Inget virtuellt nätverk är länkat: skapa en anslutning från ett nätverks gateway till kretsen.",
            "Er is geen virtueel netwerk gekoppeld: maak een verbinding van de gateway van een netwerk naar het circuit."
        ),
        new("explain Networks 0", "1 virtual network is linked.", "1 virtuellt nätverk är länkat.", "1 virtueel netwerk is gekoppeld."),
        new(
            "explain Networks 1",
            "{0} virtual networks are linked.",
            "{0} virtuella nätverk är länkade.",
            "{0} virtuele netwerken zijn gekoppeld."
        ),
    ];
}
