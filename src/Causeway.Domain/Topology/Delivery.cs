using System.Collections.Immutable;

namespace Causeway.Domain.Topology;

/// <summary>Where a secret is, never the secret: <c>env:NAME</c>, or <c>file:/absolute/path</c>, whose first line it is.</summary>
public sealed record SecretSource(string Text)
{
    /// <summary>Whether a text names a place.</summary>
    public static bool IsOne(string text) =>
        (text.StartsWith("env:", StringComparison.Ordinal) && text.Length > 4)
        || (text.StartsWith("file:/", StringComparison.Ordinal) && text.Length > 6);

    /// <summary>Reads it now, so that a secret can be changed under a running server.</summary>
    /// <exception cref="IOException">It is not there, or empty.</exception>
    public string Read()
    {
        string? secret = Text.StartsWith("env:", StringComparison.Ordinal)
            ? Environment.GetEnvironmentVariable(Text[4..])
            : File.ReadLines(Text[5..]).FirstOrDefault();
        return string.IsNullOrEmpty(secret) ? throw new IOException($"{Text} is empty or not set.") : secret;
    }

    public override string ToString() => Text;
}

/// <summary>How peers are sent mail (SMTP).</summary>
/// <param name="Port">587 unless set.</param>
/// <param name="From">The address that mail comes from, and answers go to.</param>
/// <param name="Language"><c>en</c>, <c>sv</c> or <c>nl</c>: of a peering without a tag <c>language</c>.</param>
/// <param name="Operator">Where mail to the operator goes; null for none.</param>
/// <param name="User">Null where the server asks for none.</param>
public sealed record MailDelivery(
    string Host,
    int Port,
    MailTls Tls,
    string From,
    string Language,
    string? Operator,
    string? User,
    SecretSource? Password
);

/// <summary>How a connection to a mail server is protected.</summary>
public enum MailTls
{
    /// <summary>STARTTLS, and no mail without it (RFC 3207).</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Always,

    /// <summary>In the clear; for a server on the same host.</summary>
    None,
}

/// <summary>Somebody's program that is told what happens to peerings: CloudEvents 1.0, signed.</summary>
/// <param name="Name">In effects and logs.</param>
public sealed record Webhook(string Name, Uri Url, SecretSource Secret);
