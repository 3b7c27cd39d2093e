using System.Data.Common;
using System.Globalization;
using System.Text;
using Npgsql;

namespace Causeway.Storage;

/// <summary>A store's address that cannot be understood. The message says what would be right, and never what was given: that may hold a password.</summary>
public sealed class StoreAddressException(string message) : Exception(message);

/// <summary>
/// Which store a setting names: the path of a SQLite file, or PostgreSQL in any of the forms that its clients know. Whatever looks like an address (it
/// holds <c>://</c>, <c>;</c> or <c>=</c>, or a <c>user:password@</c>) and is not understood is refused, for taken as a path it would make a file with a password in its name.
/// <list type="bullet">
/// <item>Npgsql's keywords: <c>Host=db1,db2;Username=causeway;Password=…</c>; also <c>Server=</c>, <c>UID=</c>.</item>
/// <item>libpq's URI: <c>postgresql://user:password@db1:5432,db2:5433/causeway?target_session_attrs=read-write</c>; also <c>postgres://</c>.</item>
/// <item>libpq's keywords and values: <c>host=db1,db2 port=5432,5433 dbname=causeway password='it''s'</c> (PostgreSQL's documentation, 34.1.1).</item>
/// </list>
/// </summary>
public abstract record StoreAddress
{
    private StoreAddress() { }

    /// <summary>A SQLite file.</summary>
    public sealed record Sqlite(string Path) : StoreAddress
    {
        public override string ToString() => $"SQLite, {Path}";
    }

    /// <summary>A PostgreSQL database on one server, or on several of which one is the primary.</summary>
    public sealed record Postgres(NpgsqlConnectionStringBuilder Settings) : StoreAddress
    {
        /// <summary>Each as <c>host:port</c>.</summary>
        public IReadOnlyList<string> Hosts => [.. Settings.Host!.Split(',').Select(h => HasPort(h) ? h : $"{h}:{Settings.Port}")];

        /// <summary>Whether it is written in the text itself that a password is given: then everybody sees it who sees the text.</summary>
        public bool HoldsPassword => !string.IsNullOrEmpty(Settings.Password) || !string.IsNullOrEmpty(Settings.SslPassword);

        /// <summary>Without credentials.</summary>
        public override string ToString() =>
            $"PostgreSQL, database {Settings.Database ?? Settings.Username ?? "of the user's name"} on {string.Join(", ", Hosts)}";

        private static bool HasPort(string host) =>
            host.LastIndexOf(':') is var at and >= 0 && at > host.LastIndexOf(']') && host.IndexOf(':', host.LastIndexOf(']') + 1) == at;
    }

    private const string Forms =
        "give the path of a SQLite file, or PostgreSQL as 'Host=…;Username=…;Database=…', as 'postgresql://user@host:port/database' or as 'host=… port=… dbname=…'";

    private const string Inseparable = "Its keywords and values cannot be told apart (a value with ';', '=' or a blank goes into quotes)";

    /// <exception cref="StoreAddressException">It looks like an address and cannot be understood.</exception>
    public static StoreAddress Parse(string text)
    {
        text = text.Trim();
        if (
            text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        )
            return new Postgres(OfUri(text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..]));
        if (text.Contains("://", StringComparison.Ordinal) && !text.Contains('='))
            throw new StoreAddressException($"It is an address of a kind that no store has: {Forms}.");
        if (text.Contains('=') || text.Contains(';'))
            return new Postgres(OfPairs(text));
        if (text.IndexOf(':') is var colon and >= 0 && text.LastIndexOf('@') > colon)
            throw new StoreAddressException($"It looks like an address without the kind of store before it: {Forms}.");
        return text.Length > 0 ? new Sqlite(text) : throw new StoreAddressException($"It is empty: {Forms}.");
    }

    private static NpgsqlConnectionStringBuilder OfPairs(string text)
    {
        if (LibpqPairs(text) is { } pairs && pairs.All(p => Keywords.ContainsKey(p.Key)))
            return OfLibpq(pairs);
        var plain = new DbConnectionStringBuilder();
        try
        {
            plain.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            throw new StoreAddressException($"{Inseparable}: {Forms}.");
        }
        var settings = new NpgsqlConnectionStringBuilder();
        int number = 0;
        foreach (string key in plain.Keys)
            Set(settings, key, (string)plain[key], $"keyword {++number} of {plain.Keys.Count}");
        return Checked(settings);
    }

    /// <summary>What stands behind <c>postgresql://</c>: <c>[user[:password]@][host[:port],…][/database][?keyword=value&amp;…]</c>.</summary>
    private static NpgsqlConnectionStringBuilder OfUri(string rest)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        (rest, string? query) = Cut(rest, '?');
        (rest, string? database) = Cut(rest, '/');
        if (rest.LastIndexOf('@') is var at and >= 0)
        {
            (string user, string? password) = Cut(rest[..at], ':');
            pairs.Add(new("user", Decoded(user)));
            if (password is not null)
                pairs.Add(new("password", Decoded(password)));
            rest = rest[(at + 1)..];
        }
        if (rest.Length > 0)
        {
            (string Host, string Port)[] hosts = [.. rest.Split(',').Select(HostAndPort)];
            pairs.Add(new("host", string.Join(',', hosts.Select(h => h.Host))));
            if (hosts.Any(h => h.Port.Length > 0))
                pairs.Add(new("port", string.Join(',', hosts.Select(h => h.Port))));
        }
        if (database is { Length: > 0 })
            pairs.Add(new("dbname", Decoded(database)));
        foreach (string pair in query?.Split('&', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            (string key, string? value) = Cut(pair, '=');
            if (value is null)
                throw new StoreAddressException("A parameter behind the '?' has no value: write keyword=value, several separated by '&'.");
            pairs.Add(new(Decoded(key), Decoded(value)));
        }
        return OfLibpq(pairs);
    }

    private static (string Host, string Port) HostAndPort(string text)
    {
        int at = text.IndexOf(':', text.LastIndexOf(']') + 1);
        return at < 0 ? (Decoded(text), "") : (Decoded(text[..at]), text[(at + 1)..]);
    }

    private static (string Before, string? After) Cut(string text, char at) =>
        text.IndexOf(at) is var i and >= 0 ? (text[..i], text[(i + 1)..]) : (text, null);

    /// <summary>Percent escapes as libpq takes them: a '%' that begins none is refused, as it is there.</summary>
    private static string Decoded(string text)
    {
        for (int at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%', at + 1))
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                throw new StoreAddressException(
                    "A '%' in the address begins no escape: a percent sign of a user or password is written %25."
                );
        return Uri.UnescapeDataString(text);
    }

    /// <summary>
    /// <c>keyword = value</c>, separated by blanks; a value in single quotes may hold blanks, and a backslash takes the next character as it is. Null for
    /// what is not of this form; a semicolon outside quotes is Npgsql's form.
    /// </summary>
    private static List<KeyValuePair<string, string>>? LibpqPairs(string text)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        int i = 0;
        while (true)
        {
            Blanks();
            if (i == text.Length)
                return pairs;
            int start = i;
            while (i < text.Length && text[i] != '=' && !char.IsWhiteSpace(text[i]))
                i++;
            string key = text[start..i];
            Blanks();
            if (i == text.Length || text[i++] != '=')
                return null;
            Blanks();
            var value = new StringBuilder();
            bool quoted = i < text.Length && text[i] == '\'';
            if (quoted)
                i++;
            for (; i < text.Length && (quoted ? text[i] != '\'' : !char.IsWhiteSpace(text[i])); i++)
            {
                if (!quoted && text[i] == ';')
                    return null;
                if (text[i] == '\\' && i + 1 < text.Length)
                    i++;
                value.Append(text[i]);
            }
            if (quoted && i++ >= text.Length)
                return null;
            pairs.Add(new(key, value.ToString()));
        }

        void Blanks()
        {
            while (i < text.Length && char.IsWhiteSpace(text[i]))
                i++;
        }
    }

    /// <summary>libpq's keywords and Npgsql's for the same; null for those that have no meaning here and may be ignored without harm.</summary>
    private static readonly Dictionary<string, string?> Keywords = new(StringComparer.OrdinalIgnoreCase)
    {
        ["host"] = "Host",
        ["hostaddr"] = "Host",
        ["port"] = "Port",
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["password"] = "Password",
        ["passfile"] = "Passfile",
        ["connect_timeout"] = "Timeout",
        ["client_encoding"] = "Client Encoding",
        ["options"] = "Options",
        ["sslmode"] = "SSL Mode",
        ["sslnegotiation"] = "SSL Negotiation",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["sslrootcert"] = "Root Certificate",
        ["channel_binding"] = "Channel Binding",
        ["target_session_attrs"] = "Target Session Attributes",
        ["load_balance_hosts"] = "Load Balance Hosts",
        ["keepalives"] = "Tcp Keepalive",
        ["keepalives_idle"] = "Tcp Keepalive Time",
        ["keepalives_interval"] = "Tcp Keepalive Interval",
        ["krbsrvname"] = "Kerberos Service Name",
        ["require_auth"] = "Require Auth",
        ["application_name"] = null,
        ["fallback_application_name"] = null,
        ["keepalives_count"] = null,
        ["tcp_user_timeout"] = null,
        ["sslcompression"] = null,
        ["sslsni"] = null,
    };

    private static NpgsqlConnectionStringBuilder OfLibpq(List<KeyValuePair<string, string>> pairs)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string value) in pairs)
            values[key] = value; // as libpq: the last one counts
        var settings = new NpgsqlConnectionStringBuilder();
        int number = 0;
        foreach ((string key, string value) in values)
        {
            number++;
            if (!Keywords.TryGetValue(key, out string? ours))
                throw new StoreAddressException(
                    $"Keyword {number} of {values.Count} is not one of those of libpq that can be used here: {string.Join(", ", Keywords.Keys)}."
                );
            if (ours is not null && value.Length > 0 && ours is not ("Host" or "Port"))
                Set(settings, ours, InNpgsql(key.ToLowerInvariant(), value), $"'{key.ToLowerInvariant()}'");
        }
        string hosts = values.GetValueOrDefault("hostaddr") is { Length: > 0 } addresses
            ? addresses
            : values.GetValueOrDefault("host") ?? "";
        settings.Host = WithPorts(hosts.Length > 0 ? hosts : LocalServer, values.GetValueOrDefault("port") ?? "");
        return Checked(settings);
    }

    /// <summary>Where libpq looks when no host is named: the socket of a server on this machine.</summary>
    private static string LocalServer => Directory.Exists("/var/run/postgresql") ? "/var/run/postgresql" : "localhost";

    /// <summary>libpq gives as many ports as hosts, or one for all.</summary>
    private static string WithPorts(string hosts, string ports)
    {
        string[] each = hosts.Split(',');
        string[] own = ports.Split(',');
        if (own.Length != 1 && own.Length != each.Length)
            throw new StoreAddressException(
                $"There are {each.Length} hosts and {own.Length} ports: give one port for each host, or one for all."
            );
        return string.Join(
            ',',
            each.Select(
                (host, i) =>
                {
                    string port = own[own.Length == 1 ? 0 : i].Trim() is { Length: > 0 } given ? given : "5432";
                    if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > 65535)
                        throw new StoreAddressException($"The port of host {i + 1} is not a number from 1 to 65535.");
                    host = host.Trim() is { Length: > 0 } named ? named : LocalServer;
                    return $"{(host.Contains(':') && !host.StartsWith('[') ? $"[{host}]" : host)}:{port}";
                }
            )
        );
    }

    /// <summary>Where libpq's value is written otherwise.</summary>
    private static string InNpgsql(string key, string value) =>
        key switch
        {
            "sslmode" => value.Replace("-", "", StringComparison.Ordinal),
            "sslnegotiation" or "channel_binding" => value,
            "load_balance_hosts" => value == "random" ? "true"
            : value == "disable" ? "false"
            : value,
            "keepalives" => value == "1" ? "true"
            : value == "0" ? "false"
            : value,
            _ => value,
        };

    private static void Set(NpgsqlConnectionStringBuilder settings, string key, string value, string what)
    {
        try
        {
            settings[key] = value;
        }
        catch (Exception e)
            when (e is ArgumentException or FormatException or InvalidCastException or OverflowException or KeyNotFoundException)
        {
            throw new StoreAddressException(
                NpgsqlKnows(key) ? $"The value of {what} is not one that it can have." : $"There is no such keyword as {what}: {Forms}."
            );
        }
    }

    private static bool NpgsqlKnows(string key) => new NpgsqlConnectionStringBuilder().ContainsKey(key);

    private static NpgsqlConnectionStringBuilder Checked(NpgsqlConnectionStringBuilder settings)
    {
        if (string.IsNullOrWhiteSpace(settings.Host))
            throw new StoreAddressException($"It names no host: {Forms}.");
        if (settings.Host.Any(c => char.IsWhiteSpace(c) || c is '=' or '\'' or '"'))
            throw new StoreAddressException($"{Inseparable}: {Forms}.");
        // Whoever asks for a standby would only learn at the first write that it takes none. On one host the first write tells, and reads go on.
        if (settings.TargetSessionAttributes is { } wanted)
        {
            if (wanted.ToLowerInvariant() is not ("any" or "primary" or "read-write"))
                throw new StoreAddressException(
                    "Of the target session attributes, read-write and primary can be used: everything is written to the primary."
                );
            if (!settings.Host.Contains(',') || wanted.Equals("any", StringComparison.OrdinalIgnoreCase))
                settings.TargetSessionAttributes = null;
        }
        try
        {
            NpgsqlDataSource.Create(settings).Dispose(); // what it says against combinations
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or InvalidOperationException)
        {
            throw new StoreAddressException($"Its settings cannot be used together: {e.Message}");
        }
        return settings;
    }
}
