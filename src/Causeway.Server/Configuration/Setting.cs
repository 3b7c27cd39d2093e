using System.Text;

namespace Causeway.Server.Configuration;

/// <summary>
/// One setting of the server: an option of the command line, an environment variable, and a key of the YAML file, all three from its key.
/// </summary>
/// <param name="Key">Dotted camel case, such as <c>circuits.routingBeforeProvisioned</c>.</param>
/// <param name="Help">One sentence, with unit and right form.</param>
/// <param name="Default">As written; null is none.</param>
/// <param name="IsSecret">Never an option of the command line, which everybody on the machine can read.</param>
/// <param name="MayHoldSecret">May be given anywhere, but is never printed.</param>
public sealed record Setting(string Key, string Help, string? Default = null, bool IsSecret = false, bool MayHoldSecret = false)
{
    /// <summary><c>--circuits-routing-before-provisioned</c>.</summary>
    public string Option => "--" + Words('-');

    /// <summary><c>CAUSEWAY_CIRCUITS_ROUTING_BEFORE_PROVISIONED</c>.</summary>
    public string Variable => "CAUSEWAY_" + Words('_').ToUpperInvariant();

    /// <summary>The variable that names a file with the value of a secret, such as <c>CAUSEWAY_KEY_FILE</c>.</summary>
    public string FileVariable => Variable + "_FILE";

    private string Words(char separator)
    {
        var words = new StringBuilder();
        foreach (char c in Key)
            if (c == '.')
                words.Append(separator);
            else if (char.IsUpper(c))
                words.Append(separator).Append(char.ToLowerInvariant(c));
            else
                words.Append(c);
        return words.ToString();
    }
}
