namespace Causeway.Cli.Language;

/// <summary>The demo's story: what happens, and (<c>why …</c>) what it means to somebody who sees such a thing for the first time.</summary>
internal static class DemoWords
{
    public static readonly Entry[] All =
    [
        new(
            "demo title",
            "Causeway: a circuit from order to traffic to the bill",
            "Causeway: en krets från beställning till trafik till räkning",
            "Causeway: een circuit van bestelling tot verkeer tot rekening"
        ),
        new(
            "demo intro",
            "A circuit is a private line between a company's own network and its networks in a cloud, past the Internet. Contoso orders one, Equinix lays the line, Fabrikam is allowed to share it. Everything you see is real: three logins, one server, and BGP sessions with a router of Contoso's.",
            "En krets är en privat ledning mellan ett företags eget nät och dess nät i ett moln, förbi internet. Contoso beställer en, Equinix drar ledningen, Fabrikam får dela den. Allt du ser är på riktigt: tre inloggningar, en server och BGP-sessioner med en router hos Contoso.",
            "Een circuit is een eigen lijn tussen het netwerk van een bedrijf en zijn netwerken in een cloud, buiten internet om. Contoso bestelt er een, Equinix legt de lijn, Fabrikam mag meedoen. Alles wat u ziet is echt: drie aanmeldingen, één server en BGP-sessies met een router van Contoso."
        ),
        new(
            "demo create",
            "orders the circuit {0}: {1} Mbps to {2} through {3}",
            "beställer kretsen {0}: {1} Mbps till {2} genom {3}",
            "bestelt het circuit {0}: {1} Mbps naar {2} via {3}"
        ),
        new(
            "demo why create",
            "The answer holds a service key, which Contoso gives to Equinix. From now on the circuit is billed.",
            "Svaret innehåller en tjänstnyckel, som Contoso ger till Equinix. Från och med nu debiteras kretsen.",
            "Het antwoord bevat een servicesleutel, die Contoso aan Equinix geeft. Vanaf nu wordt het circuit gefactureerd."
        ),
        new(
            "demo created",
            "the circuit exists, its service key is {0}",
            "kretsen finns, dess tjänstnyckel är {0}",
            "het circuit bestaat, de servicesleutel is {0}"
        ),
        new(
            "demo early",
            "tries to configure routing too early",
            "försöker konfigurera routning för tidigt",
            "probeert te vroeg routering te configureren"
        ),
        new(
            "demo why early",
            "No line has been laid yet. What cannot work is refused at once, and the answer says who acts next.",
            "Ingen ledning är dragen än. Det som inte kan fungera nekas genast, och svaret säger vem som står på tur.",
            "Er ligt nog geen lijn. Wat niet kan werken wordt meteen geweigerd, en het antwoord zegt wie aan zet is."
        ),
        new(
            "demo order",
            "finds the order by its service key and provisions it",
            "hittar beställningen med tjänstnyckeln och etablerar den",
            "vindt de bestelling met de servicesleutel en richt die in"
        ),
        new(
            "demo why order",
            "The provider sees the circuits ordered from it and nothing else. Only the provider can say that its side is done.",
            "Leverantören ser kretsarna som beställts av den och inget annat. Bara leverantören kan säga att dess sida är klar.",
            "De provider ziet de circuits die bij hem zijn besteld en verder niets. Alleen de provider kan zeggen dat zijn kant klaar is."
        ),
        new(
            "demo provisioned",
            "Equinix's side is done: the circuit is provisioned (S-tag {0})",
            "Equinix sida är klar: kretsen är etablerad (S-tagg {0})",
            "de kant van Equinix is klaar: het circuit is ingericht (S-tag {0})"
        ),
        new(
            "demo peering",
            "configures private peering: AS {0}, VLAN {1}, {2} and {3}",
            "konfigurerar privat peering: AS {0}, VLAN {1}, {2} och {3}",
            "configureert privépeering: AS {0}, VLAN {1}, {2} en {3}"
        ),
        new(
            "demo why peering",
            "Two links to two routers, so that one may fail. Over each, the routers tell each other with BGP what can be reached.",
            "Två länkar till två routrar, så att en får gå sönder. Över var och en berättar routrarna med BGP vad som kan nås.",
            "Twee verbindingen naar twee routers, zodat er een mag uitvallen. Over elk vertellen de routers elkaar met BGP wat bereikbaar is."
        ),
        new(
            "demo sessions",
            "both BGP sessions with Contoso's router are Established",
            "båda BGP-sessionerna med Contosos router är Established",
            "beide BGP-sessies met de router van Contoso zijn Established"
        ),
        new(
            "demo learned",
            "our {0} router learned {1}, AS path {2}",
            "vår router {0} lärde sig {1}, AS-väg {2}",
            "onze router {0} leerde {1}, AS-pad {2}"
        ),
        new(
            "demo link",
            "links its virtual network {0} ({1})",
            "länkar sitt virtuella nätverk {0} ({1})",
            "koppelt zijn virtuele netwerk {0} ({1})"
        ),
        new(
            "demo why link",
            "From now on both routers announce the network's addresses to Contoso's router.",
            "Från och med nu annonserar båda routrarna nätverkets adresser till Contosos router.",
            "Vanaf nu kondigen beide routers de adressen van het netwerk aan bij de router van Contoso."
        ),
        new(
            "demo authorize",
            "gives Fabrikam an authorization for the circuit",
            "ger Fabrikam en auktorisering för kretsen",
            "geeft Fabrikam een autorisatie voor het circuit"
        ),
        new(
            "demo why authorize",
            "Fabrikam is another customer. With the key it may link one network to Contoso's circuit, and nothing more.",
            "Fabrikam är en annan kund. Med nyckeln får den länka ett nätverk till Contosos krets, och inget mer.",
            "Fabrikam is een andere klant. Met de sleutel mag die één netwerk aan het circuit van Contoso koppelen, en verder niets."
        ),
        new(
            "demo announced",
            "Contoso's router learned {0} from the {1} router, AS path {2}",
            "Contosos router lärde sig {0} från router {1}, AS-väg {2}",
            "de router van Contoso leerde {0} van router {1}, AS-pad {2}"
        ),
        new(
            "demo delete-early",
            "tries to delete the circuit while it is in use",
            "försöker ta bort kretsen medan den används",
            "probeert het circuit te verwijderen terwijl het in gebruik is"
        ),
        new(
            "demo why delete-early",
            "The line still stands at Equinix, who has to take it down first. Nothing is changed by the attempt.",
            "Ledningen finns kvar hos Equinix, som måste ta ner den först. Försöket ändrar ingenting.",
            "De lijn staat nog bij Equinix, dat hem eerst moet afbreken. De poging verandert niets."
        ),
        new("demo refused", "refused: {0}: {1}", "nekat: {0}: {1}", "geweigerd: {0}: {1}"),
        new(
            "demo unlink",
            "and Fabrikam remove their links",
            "och Fabrikam tar bort sina länkar",
            "en Fabrikam verwijderen hun koppelingen"
        ),
        new(
            "demo why unlink",
            "The routers take back what they announced for those networks.",
            "Routrarna tar tillbaka det de annonserade för de nätverken.",
            "De routers trekken in wat ze voor die netwerken aankondigden."
        ),
        new("demo withdrawn", "Contoso's router has lost {0}", "Contosos router har förlorat {0}", "de router van Contoso is {0} kwijt"),
        new("demo deprovision", "deprovisions the circuit", "avetablerar kretsen", "heft de inrichting van het circuit op"),
        new(
            "demo why deprovision",
            "Contoso has ended the order. When Equinix's side is gone, the circuit may be deleted.",
            "Contoso har sagt upp beställningen. När Equinix sida är borta får kretsen tas bort.",
            "Contoso heeft de bestelling beëindigd. Als de kant van Equinix weg is, mag het circuit worden verwijderd."
        ),
        new("demo delete", "deletes the circuit", "tar bort kretsen", "verwijdert het circuit"),
        new(
            "demo why delete",
            "Billing ends here, to the second.",
            "Debiteringen upphör här, på sekunden.",
            "De facturering stopt hier, op de seconde."
        ),
        new(
            "demo deleted",
            "the circuit is gone; the meter stopped",
            "kretsen är borta; mätaren har stannat",
            "het circuit is weg; de meter staat stil"
        ),
        new("demo bill", "reads the bill", "läser räkningen", "leest de rekening"),
        new(
            "demo why bill",
            "One meter for the port and one for the data plan, from the order to the deletion.",
            "En mätare för porten och en för datapaketet, från beställningen till borttagningen.",
            "Eén meter voor de poort en één voor de databundel, van de bestelling tot de verwijdering."
        ),
        new("demo billed", "{0}: {1} {2}", "{0}: {1} {2}", "{0}: {1} {2}"),
        new("demo state", "{0} is now {1}", "{0} är nu {1}", "{0} is nu {1}"),
        new("demo failed", "The demo could not go on: {0}", "Demon kunde inte fortsätta: {0}", "De demo kon niet verder: {0}"),
        new(
            "demo stays",
            "Causeway stays up at {0}. Try, in another terminal:",
            "Causeway fortsätter på {0}. Prova, i en annan terminal:",
            "Causeway blijft draaien op {0}. Probeer, in een andere terminal:"
        ),
        new("demo stop", "Ctrl+C ends it.", "Ctrl+C avslutar.", "Ctrl+C beëindigt."),
        new(
            "demo not empty",
            "{0} is not empty; the story needs a new folder.",
            "{0} är inte tom; berättelsen behöver en ny mapp.",
            "{0} is niet leeg; het verhaal heeft een nieuwe map nodig."
        ),
        new(
            "demo cannot start",
            "the demo cannot start: {0} Another server may use the port: try --port 0 --bgp-port 1791.",
            "demon kan inte starta: {0} En annan server kanske använder porten: prova --port 0 --bgp-port 1791.",
            "de demo kan niet starten: {0} Misschien gebruikt een andere server de poort: probeer --port 0 --bgp-port 1791."
        ),
        new("demo thing circuit", "circuit, our side", "kretsen, vår sida", "circuit, onze kant"),
        new("demo thing provider", "circuit, Equinix's side", "kretsen, Equinix sida", "circuit, kant van Equinix"),
        new("demo thing peering", "private peering", "privat peering", "privépeering"),
        new("demo thing session", "BGP {0} {1}", "BGP {0} {1}", "BGP {0} {1}"),
        new(
            "verb demo",
            "Shows a circuit from order to traffic to the bill, with real BGP sessions, on this machine.",
            "Visar en krets från beställning till trafik till räkning, med riktiga BGP-sessioner, på denna maskin.",
            "Toont een circuit van bestelling tot verkeer tot rekening, met echte BGP-sessies, op deze machine."
        ),
        new(
            "option demo --exit",
            "End when the story is told, instead of staying up.",
            "Avsluta när berättelsen är slut, i stället för att fortsätta köra.",
            "Stop als het verhaal verteld is, in plaats van te blijven draaien."
        ),
        new(
            "option demo --json",
            "Print one JSON line per event.",
            "Skriv en JSON-rad per händelse.",
            "Druk één JSON-regel per gebeurtenis af."
        ),
        new(
            "option demo --data",
            "Keep the data in this folder, which must be new; otherwise a temporary one is used and removed.",
            "Spara data i denna mapp, som måste vara ny; annars används en tillfällig som tas bort.",
            "Bewaar de gegevens in deze map, die nieuw moet zijn; anders wordt een tijdelijke gebruikt en verwijderd."
        ),
        new(
            "option demo --port",
            "Port of the API; 0 chooses a free one.",
            "API:ets port; 0 väljer en ledig.",
            "Poort van de API; 0 kiest een vrije."
        ),
        new(
            "option demo --bgp-port",
            "Port of the BGP sessions on 127.0.0.0/8.",
            "BGP-sessionernas port på 127.0.0.0/8.",
            "Poort van de BGP-sessies op 127.0.0.0/8."
        ),
    ];
}
