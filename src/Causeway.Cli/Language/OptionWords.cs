namespace Causeway.Cli.Language;

/// <summary>Options and arguments, by name; by the verb's path and the name where one verb means something else by it.</summary>
internal static class OptionWords
{
    public static readonly Entry[] All =
    [
        new(
            "option --as",
            "Who to be: customer, otherCustomer, provider, operator, or another principal of the access file.",
            "Vem du är: customer, otherCustomer, provider, operator, eller ett annat huvudnamn i åtkomstfilen.",
            "Wie u bent: customer, otherCustomer, provider, operator, of een andere principal van het toegangsbestand."
        ),
        new(
            "option --access",
            "The access.json that the server wrote [default: the context's, else ./data/access.json].",
            "Den access.json som servern skrev [standard: kontextens, annars ./data/access.json].",
            "De access.json die de server schreef [standaard: die van de context, anders ./data/access.json]."
        ),
        new(
            "option --subscription",
            "Subscription id, or a role's subscription by name [default: the one of --as].",
            "Prenumerations-id, eller en rolls prenumeration vid namn [standard: den för --as].",
            "Abonnements-id, of het abonnement van een rol bij naam [standaard: dat van --as]."
        ),
        new(
            "option --group",
            "Resource group [default: the context's].",
            "Resursgrupp [standard: kontextens].",
            "Resourcegroep [standaard: die van de context]."
        ),
        new(
            "option --output",
            "table for people, json (as the server answered), yaml and tsv for programs.",
            "table för människor, json (som servern svarade), yaml och tsv för program.",
            "table voor mensen, json (zoals de server antwoordde), yaml en tsv voor programma's."
        ),
        new(
            "option --query",
            "What to take out of the answer, in JMESPath, such as [].properties.serviceKey.",
            "Vad som ska tas ur svaret, i JMESPath, till exempel [].properties.serviceKey.",
            "Wat uit het antwoord te nemen, in JMESPath, bijvoorbeeld [].properties.serviceKey."
        ),
        new(
            "option --wait",
            "Wait until it is done (the default).",
            "Vänta tills det är klart (standard).",
            "Wacht tot het klaar is (standaard)."
        ),
        new(
            "option --no-wait",
            "Return when the server has accepted it, without waiting for the routers.",
            "Återvänd när servern har tagit emot det, utan att vänta på routrarna.",
            "Keer terug zodra de server het heeft aangenomen, zonder op de routers te wachten."
        ),
        new("option --timeout", "Seconds to wait at most.", "Sekunder att vänta som mest.", "Hoogstens zoveel seconden wachten."),
        new(
            "option --print-request",
            "Print each request to standard error, and as a curl command; secrets masked.",
            "Skriv varje begäran till standard error, även som curl-kommando; hemligheter maskeras.",
            "Druk elk verzoek af op standard error, ook als curl-opdracht; geheimen gemaskeerd."
        ),
        new(
            "option --lang",
            "Language: en, sv or nl [default: CAUSEWAY_LANG, else LANG].",
            "Språk: en, sv eller nl [standard: CAUSEWAY_LANG, annars LANG].",
            "Taal: en, sv of nl [standaard: CAUSEWAY_LANG, anders LANG]."
        ),
        new(
            "option --provider",
            "Connectivity provider, as in 'causeway provider list'.",
            "Anslutningsleverantör, som i 'causeway provider list'.",
            "Connectiviteitsprovider, zoals in 'causeway provider list'."
        ),
        new(
            "option --peering-location",
            "Where it lands, such as Amsterdam.",
            "Var den landar, till exempel Amsterdam.",
            "Waar het uitkomt, bijvoorbeeld Amsterdam."
        ),
        new(
            "option --bandwidth",
            "50Mbps to 10Gbps; a bare number is Mbps.",
            "50Mbps till 10Gbps; ett ensamt tal är Mbps.",
            "50Mbps tot 10Gbps; een getal alleen is Mbps."
        ),
        new(
            "option circuit update --bandwidth",
            "A larger one; a smaller needs a new circuit.",
            "En större; en mindre kräver en ny krets.",
            "Een grotere; een kleinere vergt een nieuw circuit."
        ),
        new("option --tier", "How far it reaches.", "Hur långt den når.", "Hoe ver het reikt."),
        new(
            "option --family",
            "Data plan; there is no way back from UnlimitedData to MeteredData.",
            "Datapaket; det går inte att gå tillbaka från UnlimitedData till MeteredData.",
            "Databundel; er is geen weg terug van UnlimitedData naar MeteredData."
        ),
        new(
            "option --location",
            "Region of the record [default: the group's].",
            "Postens region [standard: gruppens].",
            "Regio van de registratie [standaard: die van de groep]."
        ),
        new(
            "option group create --location",
            "Region [default: westeurope].",
            "Region [standard: westeurope].",
            "Regio [standaard: westeurope]."
        ),
        new("option --tags", "Tags as name=value.", "Taggar som namn=värde.", "Tags als naam=waarde."),
        new(
            "option --all",
            "Of the whole subscription, also when a group is known.",
            "I hela prenumerationen, även när en grupp är känd.",
            "Van het hele abonnement, ook als er een groep bekend is."
        ),
        new(
            "option --type",
            "private (AzurePrivatePeering) or microsoft (MicrosoftPeering).",
            "private (AzurePrivatePeering) eller microsoft (MicrosoftPeering).",
            "private (AzurePrivatePeering) of microsoft (MicrosoftPeering)."
        ),
        new("option --peer-asn", "AS number of your routers.", "AS-nummer för dina routrar.", "AS-nummer van uw routers."),
        new(
            "option --vlan",
            "C-tag, 1 to 4094, unique inside the circuit.",
            "C-tagg, 1 till 4094, unik i kretsen.",
            "C-tag, 1 tot 4094, uniek binnen het circuit."
        ),
        new(
            "option --primary",
            "/30 of the primary link: the first address is yours, the second ours.",
            "/30 för den primära länken: den första adressen är din, den andra vår.",
            "/30 van de primaire verbinding: het eerste adres is van u, het tweede van ons."
        ),
        new("option --secondary", "/30 of the secondary link.", "/30 för den sekundära länken.", "/30 van de secundaire verbinding."),
        new("option --primary-v6", "/126 of the primary link.", "/126 för den primära länken.", "/126 van de primaire verbinding."),
        new("option --secondary-v6", "/126 of the secondary link.", "/126 för den sekundära länken.", "/126 van de secundaire verbinding."),
        new(
            "option --md5-key",
            "TCP MD5 key, up to 25 letters and digits.",
            "TCP MD5-nyckel, högst 25 bokstäver och siffror.",
            "TCP MD5-sleutel, hoogstens 25 letters en cijfers."
        ),
        new(
            "option --md5-key-file",
            "File that holds the TCP MD5 key; so can the variable CAUSEWAY_MD5_KEY. Others can read a command line.",
            "Fil med TCP MD5-nyckeln; variabeln CAUSEWAY_MD5_KEY går också. Andra kan läsa en kommandorad.",
            "Bestand met de TCP MD5-sleutel; de variabele CAUSEWAY_MD5_KEY kan ook. Anderen kunnen een opdrachtregel lezen."
        ),
        new(
            "option --side",
            "One router of the pair [default: both].",
            "En router i paret [standard: båda].",
            "Eén router van het paar [standaard: beide]."
        ),
        new(
            "option --notes",
            "Words for the customer, shown on the circuit.",
            "Ord till kunden, visas på kretsen.",
            "Woorden voor de klant, getoond bij het circuit."
        ),
        new(
            "option --prefix",
            "Address space, IPv4 or IPv6; may be given again.",
            "Adressutrymme, IPv4 eller IPv6; kan anges flera gånger.",
            "Adresruimte, IPv4 of IPv6; mag herhaald worden."
        ),
        new(
            "option --subnet",
            "Subnets as name=prefix; may be given again.",
            "Undernät som namn=prefix; kan anges flera gånger.",
            "Subnetten als naam=voorvoegsel; mag herhaald worden."
        ),
        new(
            "option --gateway-subnet",
            "Prefix of GatewaySubnet, /27 or larger, for a gateway.",
            "Prefix för GatewaySubnet, /27 eller större, för en gateway.",
            "Voorvoegsel van GatewaySubnet, /27 of groter, voor een gateway."
        ),
        new(
            "option --vnet",
            "Network it stands in: name, or whole id.",
            "Nätverket den står i: namn, eller hela id:t.",
            "Netwerk waarin hij staat: naam, of hele id."
        ),
        new("option --sku", "Size of the gateway.", "Gatewayens storlek.", "Grootte van de gateway."),
        new(
            "option --gateway",
            "Gateway of the network: name, or whole id.",
            "Nätverkets gateway: namn, eller hela id:t.",
            "Gateway van het netwerk: naam, of hele id."
        ),
        new(
            "option --circuit",
            "Circuit: name in the group, or whole id.",
            "Krets: namn i gruppen, eller hela id:t.",
            "Circuit: naam in de groep, of hele id."
        ),
        new("option usage --circuit", "Of one circuit only.", "Bara för en krets.", "Alleen van één circuit."),
        new(
            "option --authorization-key",
            "For a circuit of another subscription.",
            "För en krets i en annan prenumeration.",
            "Voor een circuit van een ander abonnement."
        ),
        new(
            "option --authorization-key-file",
            "File that holds the authorization key; so can the variable CAUSEWAY_AUTHORIZATION_KEY.",
            "Fil med auktoriseringsnyckeln; variabeln CAUSEWAY_AUTHORIZATION_KEY går också.",
            "Bestand met de autorisatiesleutel; de variabele CAUSEWAY_AUTHORIZATION_KEY kan ook."
        ),
        new(
            "option --weight",
            "Routing weight, 0 to 32000; the higher is preferred.",
            "Routningsvikt, 0 till 32000; den högre föredras.",
            "Routeringsgewicht, 0 tot 32000; het hogere heeft voorrang."
        ),
        new(
            "option --from",
            "First day or instant, UTC [default: this month's first].",
            "Första dag eller tidpunkt, UTC [standard: månadens första].",
            "Eerste dag of tijdstip, UTC [standaard: de eerste van deze maand]."
        ),
        new(
            "option --to",
            "Day or instant it ends before, UTC [default: now].",
            "Dag eller tidpunkt då det slutar, UTC [standard: nu].",
            "Dag of tijdstip waarvoor het eindigt, UTC [standaard: nu]."
        ),
        new(
            "option --display-name",
            "What people call it [default: the alias].",
            "Vad folk kallar den [standard: aliaset].",
            "Hoe mensen het noemen [standaard: de alias]."
        ),
        new(
            "option --owner-of",
            "Subscription, by id or name, of which it becomes the Owner.",
            "Prenumeration, med id eller namn, som det blir Owner för.",
            "Abonnement, bij id of naam, waarvan deze Owner wordt."
        ),
        new(
            "option --save",
            "Write an access file with this login alone, to be handed over together with the CA file it names.",
            "Skriv en åtkomstfil med bara denna inloggning, att lämna över tillsammans med CA-filen som den nämner.",
            "Schrijf een toegangsbestand met alleen deze aanmelding, om samen met het CA-bestand dat het noemt over te dragen."
        ),
        new(
            "option --keep-old-for",
            "Hours that the old secret goes on working, 0 to 720.",
            "Timmar som den gamla hemligheten fortsätter gälla, 0 till 720.",
            "Uren dat het oude geheim blijft werken, 0 tot 720."
        ),
        new(
            "option --scope",
            "Id of what the role is on; / is the whole installation [default: the subscription].",
            "Id för det som rollen gäller; / är hela installationen [standard: prenumerationen].",
            "Id van waarop de rol geldt; / is de hele installatie [standaard: het abonnement]."
        ),
        new(
            "argument circuit",
            "Name in the group, or a whole id.",
            "Namn i gruppen, eller ett helt id.",
            "Naam in de groep, of een hele id."
        ),
        new("argument name", "Name, or a whole id.", "Namn, eller ett helt id.", "Naam, of een hele id."),
        new("argument circuit auth create name", "Name of the authorization.", "Auktoriseringens namn.", "Naam van de autorisatie."),
        new("argument circuit auth delete name", "Name of the authorization.", "Auktoriseringens namn.", "Naam van de autorisatie."),
        new("argument key", "Service key of the circuit.", "Kretsens tjänstnyckel.", "Servicesleutel van het circuit."),
        new("argument text", "What the customer shall read.", "Vad kunden ska läsa.", "Wat de klant moet lezen."),
        new(
            "argument alias",
            "A short name under which it is asked for, such as acme.",
            "Ett kort namn som den begärs under, till exempel acme.",
            "Een korte naam waaronder het wordt aangevraagd, bijvoorbeeld acme."
        ),
        new("argument which", "Subscription, by id or name.", "Prenumeration, med id eller namn.", "Abonnement, bij id of naam."),
        new("argument new-name", "Its new name.", "Dess nya namn.", "De nieuwe naam."),
        new(
            "argument role",
            "Role, as in 'causeway role definitions'.",
            "Roll, som i 'causeway role definitions'.",
            "Rol, zoals in 'causeway role definitions'."
        ),
        new(
            "argument principal",
            "Principal, by name (the operator) or object id.",
            "Huvudnamn, vid namn (operatören) eller objekt-id.",
            "Principal, bij naam (de operator) of object-id."
        ),
        new("argument shell", "bash, zsh or fish.", "bash, zsh eller fish.", "bash, zsh of fish."),
        new(
            "argument topology plan file",
            "YAML file of the whole topology.",
            "YAML-fil med hela topologin.",
            "YAML-bestand met de hele topologie."
        ),
        new(
            "argument topology apply file",
            "YAML file of the whole topology.",
            "YAML-fil med hela topologin.",
            "YAML-bestand met de hele topologie."
        ),
        new(
            "option topology show --text",
            "Print the text itself, as it was written.",
            "Skriv ut själva texten, som den skrevs.",
            "Druk de tekst zelf af, zoals die geschreven is."
        ),
        new("option topology apply --yes", "Apply without being asked.", "Tillämpa utan fråga.", "Toepassen zonder vraag."),
    ];
}
