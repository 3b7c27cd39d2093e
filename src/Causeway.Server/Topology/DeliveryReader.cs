using System.Collections.Immutable;
using System.Net;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;

namespace Causeway.Server.Topology;

/// <summary>Reads the topology's <c>mail</c> and <c>webhooks</c>: where secrets are stands there, never a secret.</summary>
internal sealed class DeliveryReader(TopologyProblems problems)
{
    public MailDelivery? Read(MailEntry m)
    {
        var at = new TopologyPlace(m, "mail");
        if (string.IsNullOrWhiteSpace(m.Host))
            problems.Add(at, "host", "mail has no host: give the name of your mail server, or leave the key out.");
        if (m.Port is < 1 or > 65535)
            problems.Add(at, "port", $"mail: port is {m.Port}; give 1 to 65535.");
        if (!m.From.Contains('@', StringComparison.Ordinal))
            problems.Add(at, "from", $"mail: from is '{m.From}', and no address: write peering@example.net.");
        if (m.Operator is { } to && !to.Contains('@', StringComparison.Ordinal))
            problems.Add(at, "operator", $"mail: operator is '{to}', and no address.");
        if (!MessageTemplates.Languages.Contains(m.Language))
            problems.Add(at, "language", $"mail: language is '{m.Language}'; there are {string.Join(", ", MessageTemplates.Languages)}.");
        MailTls tls = MailTls.StartTls;
        if (m.Tls is { } text && (!Enum.TryParse(text, ignoreCase: true, out tls) || !Enum.IsDefined(tls) || int.TryParse(text, out _)))
            problems.Add(at, "tls", $"mail: tls is '{text}'; write startTls, always or none.");
        if (m.User is null != m.Password is null)
            problems.Add(at, m.User is null ? "password" : "user", "mail: user and password go together: give both, or neither.");
        if (tls == MailTls.None && m.User is not null && !IsHere(m.Host))
            problems.Add(
                at,
                "tls",
                $"mail: with tls none, the password would go to {m.Host} in the clear: write startTls or always, or leave user and password out."
            );
        return new MailDelivery(
            m.Host,
            m.Port,
            tls,
            m.From,
            m.Language,
            m.Operator,
            m.User,
            m.Password is { } password ? Secret(password, at.At("password", "mail: password")) : null
        );
    }

    /// <summary>Whether a name is this machine's own.</summary>
    private static bool IsHere(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    public ImmutableArray<Webhook> Read(List<WebhookEntry> hooks)
    {
        var read = ImmutableArray.CreateBuilder<Webhook>();
        foreach (WebhookEntry hook in hooks)
        {
            var where = new TopologyPlace(hook, $"webhook '{hook.Name}'");
            if (string.IsNullOrWhiteSpace(hook.Name) || hook.Name.Contains('/', StringComparison.Ordinal))
                problems.Add(where, "name", $"webhooks: '{hook.Name}' is no name: write one without a slash.");
            if (
                !Uri.TryCreate(hook.Url, UriKind.Absolute, out Uri? url)
                || url.Scheme is not ("https" or "http")
                || url.UserInfo.Length > 0
            )
                problems.Add(where, "url", $"{where}: url is '{hook.Url}'; write https://HOST/PATH, without a password.");
            else if (Secret(hook.Secret, where.At("secret", $"{where}: secret")) is { } secret)
                read.Add(new Webhook(hook.Name, url, secret));
        }
        foreach (var twice in hooks.GroupBy(h => h.Name).Where(g => g.Count() > 1))
            problems.Add(new TopologyPlace(twice.Last(), "", "name"), $"webhooks: '{twice.Key}' is there {twice.Count()} times.");
        return read.ToImmutable();
    }

    private SecretSource? Secret(string text, TopologyPlace where)
    {
        if (SecretSource.IsOne(text))
            return new SecretSource(text);
        // What was written may be the secret itself: it is not repeated.
        problems.Add(where, $"{where} has to say where the secret is: write env:NAME, or file:/absolute/path.");
        return null;
    }
}
