using System.Globalization;

namespace Causeway.Demo;

/// <summary>The demo's words in the languages of the seeds. Wire values and error codes are never translated.</summary>
public sealed class DemoWords
{
    private readonly int _column;

    private DemoWords(int column) => _column = column;

    /// <summary>Languages by their ISO 639-1 code; anything else speaks English.</summary>
    public static DemoWords For(string? language) =>
        new(
            language?.ToLowerInvariant() switch
            {
                "sv" => 1,
                "nl" => 2,
                _ => 0,
            }
        );

    public string this[string key, params object[] values] => string.Format(CultureInfo.InvariantCulture, Texts[key][_column], values);

    // en, sv, nl
    private static readonly Dictionary<string, string[]> Texts = new()
    {
        ["title"] =
        [
            "Causeway: a circuit from order to traffic",
            "Causeway: en krets från beställning till trafik",
            "Causeway: een circuit van bestelling tot verkeer",
        ],
        ["create"] =
        [
            "creates the circuit {0}: {1} Mbps to {2} through {3}",
            "skapar kretsen {0}: {1} Mbps till {2} genom {3}",
            "maakt het circuit {0}: {1} Mbps naar {2} via {3}",
        ],
        ["created"] =
        [
            "the circuit exists, its service key is {0}; the meter runs from now on",
            "kretsen finns, dess tjänstnyckel är {0}; mätaren går från och med nu",
            "het circuit bestaat, de servicesleutel is {0}; de meter loopt vanaf nu",
        ],
        ["early"] =
        [
            "tries to configure routing too early",
            "försöker konfigurera routning för tidigt",
            "probeert te vroeg routering te configureren",
        ],
        ["order"] =
        [
            "finds the order by its service key and starts provisioning",
            "hittar beställningen med tjänstnyckeln och börjar etablera",
            "vindt de bestelling met de servicesleutel en begint met inrichten",
        ],
        ["provisioned"] =
        [
            "has finished its side: the circuit is provisioned (S-tag {0})",
            "är klar med sin sida: kretsen är etablerad (S-tagg {0})",
            "is klaar met zijn kant: het circuit is ingericht (S-tag {0})",
        ],
        ["peering"] =
        [
            "configures private peering: AS {0}, VLAN {1}, {2} and {3}",
            "konfigurerar privat peering: AS {0}, VLAN {1}, {2} och {3}",
            "configureert private peering: AS {0}, VLAN {1}, {2} en {3}",
        ],
        ["sessions"] =
        [
            "both BGP sessions with Contoso's router are Established",
            "båda BGP-sessionerna med Contosos router är Established",
            "beide BGP-sessies met de router van Contoso zijn Established",
        ],
        ["learned"] =
        [
            "our router {0} learned {1} from AS path {2}",
            "vår router {0} lärde sig {1} med AS-väg {2}",
            "onze router {0} leerde {1} met AS-pad {2}",
        ],
        ["link"] =
        [
            "links its virtual network {0} ({1})",
            "länkar sitt virtuella nätverk {0} ({1})",
            "koppelt zijn virtuele netwerk {0} ({1})",
        ],
        ["authorize"] =
        [
            "gives Fabrikam an authorization for the circuit",
            "ger Fabrikam en auktorisering för kretsen",
            "geeft Fabrikam een autorisatie voor het circuit",
        ],
        ["announced"] =
        [
            "Contoso's router learned {0} by way of {1}, AS path {2}",
            "Contosos router lärde sig {0} via {1}, AS-väg {2}",
            "de router van Contoso leerde {0} via {1}, AS-pad {2}",
        ],
        ["delete-early"] =
        [
            "tries to delete the circuit while it is in use",
            "försöker ta bort kretsen medan den används",
            "probeert het circuit te verwijderen terwijl het in gebruik is",
        ],
        ["refused"] = ["refused: {0}: {1}", "nekat: {0}: {1}", "geweigerd: {0}: {1}"],
        ["unlink"] =
        [
            "removes the links; the networks' prefixes are withdrawn",
            "tar bort länkarna; nätverkens prefix dras tillbaka",
            "verwijdert de koppelingen; de voorvoegsels van de netwerken worden ingetrokken",
        ],
        ["withdrawn"] = ["Contoso's router has lost {0}", "Contosos router har förlorat {0}", "de router van Contoso is {0} kwijt"],
        ["deprovision"] = ["deprovisions the circuit", "avetablerar kretsen", "heft de inrichting van het circuit op"],
        ["delete"] = ["deletes the circuit", "tar bort kretsen", "verwijdert het circuit"],
        ["deleted"] =
        [
            "the circuit is gone; the meter stopped",
            "kretsen är borta; mätaren har stannat",
            "het circuit is weg; de meter staat stil",
        ],
        ["bill"] = ["reads the bill", "läser räkningen", "leest de rekening"],
        ["billed"] = ["{0}: {1} {2}", "{0}: {1} {2}", "{0}: {1} {2}"],
        ["state"] = ["{0} is now {1}", "{0} är nu {1}", "{0} is nu {1}"],
        ["failed"] = ["The demo could not go on: {0}", "Demon kunde inte fortsätta: {0}", "De demo kon niet verder: {0}"],
        ["stays"] =
        [
            "Causeway stays up at {0}. Try, in another terminal:",
            "Causeway fortsätter på {0}. Prova, i en annan terminal:",
            "Causeway blijft draaien op {0}. Probeer, in een andere terminal:",
        ],
        ["stop"] = ["Ctrl+C ends it.", "Ctrl+C avslutar.", "Ctrl+C beëindigt."],
    };
}
