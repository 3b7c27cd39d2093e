using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Causeway.Arm;
using Causeway.Domain.Circuits;
using Causeway.Domain.InternetPeering;
using Causeway.Hosting;
using Causeway.Identity;
using Causeway.Primitives;
using Causeway.Server.Telemetry;
using Causeway.Storage;
using Microsoft.Extensions.Logging;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Causeway.Server.Configuration;

/// <summary>Settings that cannot be used; the message lists every problem.</summary>
public sealed class SettingsException(string message) : Exception(message)
{
    internal SettingsException(IReadOnlyList<string> problems)
        : this("These settings cannot be used:\n  - " + string.Join("\n  - ", problems)) { }
}

/// <summary>
/// Reads the settings: the command line before the environment before the YAML file before the defaults. All problems are reported at once, each with
/// the place where the value was written.
/// </summary>
public sealed class SettingsReader
{
    private readonly Dictionary<string, (string Value, string Where)> _values = [];
    private readonly List<string> _problems = [];
    private bool _collectorVariables;

    /// <summary>OpenTelemetry's own, any of which says that there is a collector.</summary>
    private static readonly string[] CollectorVariables =
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
    ];

    /// <param name="commandLine">Value of a setting's option; null when not given.</param>
    /// <param name="environment">Value of a variable; null when not set.</param>
    /// <exception cref="SettingsException">Something cannot be used.</exception>
    public static ServerSettings Read(Func<Setting, string?> commandLine, Func<string, string?> environment)
    {
        ServerSettings settings = Read(commandLine, environment, out IReadOnlyList<string> problems);
        return problems.Count == 0 ? settings : throw new SettingsException(problems);
    }

    /// <summary>The same for whoever goes on nevertheless, to find what else is wrong: what cannot be used is as if it were not given.</summary>
    /// <param name="problems">One sentence each, with the place where the value was written.</param>
    internal static ServerSettings Read(
        Func<Setting, string?> commandLine,
        Func<string, string?> environment,
        out IReadOnlyList<string> problems
    )
    {
        var reader = new SettingsReader();
        foreach (Setting setting in Settings.All)
            if (!setting.IsSecret && commandLine(setting) is { } given)
                reader._values[setting.Key] = (given, setting.Option);
            else if (environment(setting.Variable) is { Length: > 0 } set)
                reader._values[setting.Key] = (set, setting.Variable);
            else if (setting.IsSecret && environment(setting.FileVariable) is { Length: > 0 } named)
                reader.ReadValue(setting, named);
        if (reader.Text(Settings.Config) is { } file)
            reader.ReadYaml(file);
        reader._collectorVariables = CollectorVariables.Any(v => environment(v) is { Length: > 0 });
        ServerSettings settings = reader.Bind();
        problems = reader._problems;
        return settings;
    }

    private ServerSettings Bind()
    {
        (string? certificate, string? key) = (Text(Settings.TlsCertificate), Text(Settings.TlsKey));
        if (certificate is null != key is null)
            _problems.Add($"{Settings.TlsCertificate.Key} and {Settings.TlsKey.Key} belong together: give both or neither.");
        if (Text(Settings.TlsCa) is not null && certificate is null)
            _problems.Add($"{Settings.TlsCa.Key} is for a {Settings.TlsCertificate.Key} of your own, and none is given.");
        Setting[] files = [Settings.TlsCertificate, Settings.TlsKey, Settings.TlsCa, Settings.Topology];
        foreach (Setting file in files)
            if (Text(file) is { } path && !File.Exists(path))
                Problem(file, "is not a file that exists");
        if (File.Exists(certificate) && File.Exists(key) && NoPair(certificate, key) is { } noPair)
            Problem(Settings.TlsCertificate, noPair);
        if (Text(Settings.TlsCa) is { } authority && File.Exists(authority) && NoCertificate(authority) is { } noAuthority)
            Problem(Settings.TlsCa, noAuthority);
        foreach (string name in List(Settings.TlsNames))
            if (Uri.CheckHostName(name) == UriHostNameType.Unknown)
                Problem(Settings.TlsNames, $"has '{name}', which is no name of a host");
        if (Text(Settings.Key) is { } secret && !Convert.TryFromBase64String(secret.Trim(), new byte[32], out int bytes) | bytes != 32)
            Problem(Settings.Key, "is not 32 bytes in base64: make one with 'openssl rand -base64 32'");
        return new ServerSettings
        {
            DataFolder = Path.GetFullPath(Text(Settings.Data)!),
            Listen = Endpoint(Settings.Listen),
            PublicEndpoint = Address(Settings.PublicEndpoint),
            Database = Database(),
            DatabaseWait = TimeSpan.FromSeconds(Number(Settings.DatabaseWaitSeconds, 0, 86_400)),
            TopologyFile = Text(Settings.Topology),
            BgpPort = Number(Settings.BgpPort, 1, 65535),
            Node = Text(Settings.Node),
            Key = Text(Settings.Key),
            Tls = certificate is not null && key is not null ? (certificate, key) : null,
            TlsAuthority = Text(Settings.TlsCa),
            TlsNames = List(Settings.TlsNames),
            TokenLifetime = TimeSpan.FromMinutes(Number(Settings.TokenLifetimeMinutes, 10, 1440)),
            OidcIssuers = Issuers(),
            PortalSignIn = SignIn(),
            PeeringApiIssuers = [.. Issuers(Settings.PeeringApiIssuers).Select(i => new OidcIssuerOptions(i.Issuer, i.Audience))],
            PeeringApiSubscription = Text(Settings.PeeringApiSubscription),
            ClientCertificates = ClientCertificates(),
            Throttle = Boolean(Settings.Throttle)
                ? new ThrottleLimits(
                    Number(Settings.ThrottleReads, 1, int.MaxValue),
                    Number(Settings.ThrottleWrites, 1, int.MaxValue),
                    Number(Settings.ThrottleDeletes, 1, int.MaxValue)
                )
                : null,
            MostConnections = Number(Settings.ConnectionsMost, 0, int.MaxValue) is > 0 and var most ? most : null,
            MostConnectionsPerAddress = Number(Settings.ConnectionsPerAddress, 0, int.MaxValue) is > 0 and var share ? share : null,
            MaxBodyBytes = Number(Settings.MaxBodyBytes, 1024, 64 << 20),
            Circuits = new CircuitPolicy
            {
                RoutingBeforeProvisioned = Word<RoutingBeforeProvisioned>(Settings.RoutingBeforeProvisioned),
                PublicPeering = Word<PublicPeering>(Settings.PublicPeering),
                ProviderRouting = Word<ProviderRouting>(Settings.ProviderRouting),
                Limits = new CircuitLimits
                {
                    CircuitsPerSubscription = Number(Settings.CircuitsPerSubscription, 0, int.MaxValue),
                    CircuitsPerRegion = Number(Settings.CircuitsPerRegion, 0, int.MaxValue),
                },
            },
            Peerings = new PeeringPolicy
            {
                ValidateWithin = TimeSpan.FromHours(Number(Settings.PeeringsValidateWithinHours, 1, 8760)),
                MostProven = Number(Settings.PeeringsMostProven, 1, 1_000_000),
            },
            KeepOperations = TimeSpan.FromDays(Number(Settings.OperationsKeepDays, 1, 36_500)),
            LogLevel = Word<LogLevel>(Settings.LogLevel),
            LogFormat = Word<LogFormat>(Settings.LogFormat),
            Telemetry = new TelemetrySettings
            {
                Collector = Collector(),
                HasVariables = _collectorVariables,
                Metrics = Word<MetricsReaders>(Settings.TelemetryMetrics),
            },
        };
    }

    /// <summary>What is wrong with a certificate and its key; null for nothing.</summary>
    private static string? NoPair(string certificate, string key)
    {
        if (NoCertificate(certificate) is { } problem)
            return problem;
        try
        {
            using var pair = X509Certificate2.CreateFromPemFile(certificate, key);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // The library calls a key of another kind than the certificate's none at all.
            string text = File.ReadAllText(key);
            return text.Contains("ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal)
                    ? $"cannot be used with {key}, which a passphrase protects: take it off with 'openssl pkey'"
                : text.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
                    ? $"is a certificate of another key than {key} holds: give those that were made together"
                : $"cannot be used with {key}, which holds no private key in PEM";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be used: {e.Message.TrimEnd('.')}";
        }
    }

    private static string? NoCertificate(string file)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
            return null;
        }
        catch (CryptographicException)
        {
            return $"names {file}, which holds no certificate in PEM";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {e.Message.TrimEnd('.')}";
        }
    }

    private (string ClientId, string File)[] ClientCertificates()
    {
        List<(string ClientId, string File)> pairs = Pairs(Settings.ClientCertificates, "CLIENT_ID=PEM_FILE");
        foreach ((_, string file) in pairs)
            if (NoCertificate(file) is { } problem)
                Problem(Settings.ClientCertificates, problem);
        return [.. pairs];
    }

    /// <summary>From the setting or the file it names, and checked, so that what is not understood is refused here with everything else.</summary>
    private string? Database()
    {
        Setting setting = Settings.Database;
        string? text = Text(setting);
        if (Text(Settings.DatabaseFile) is { } file)
        {
            if (text is not null)
            {
                Problem(setting, $"and {Settings.DatabaseFile.Key} say the same: give one of them");
                return null;
            }
            setting = Settings.DatabaseFile;
            try
            {
                text = File.ReadAllText(file).Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Problem(setting, $"cannot be read: {e.Message}");
                return null;
            }
        }
        try
        {
            // A folder that is not there is a path mistyped: it would begin an empty installation beside the right one.
            if (
                text is not null
                && StoreAddress.Parse(text) is StoreAddress.Sqlite sqlite
                && Path.GetDirectoryName(Path.GetFullPath(sqlite.Path)) is { } folder
                && !Directory.Exists(folder)
            )
                Problem(setting, "names a file in a folder that does not exist");
        }
        catch (StoreAddressException e)
        {
            Problem(setting, $"cannot be understood. {e.Message.TrimEnd('.')}");
        }
        return text;
    }

    /// <summary>A value that is the whole of a file, as secrets are mounted.</summary>
    private void ReadValue(Setting setting, string file)
    {
        try
        {
            _values[setting.Key] = (File.ReadAllText(file).Trim(), setting.FileVariable);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problems.Add($"{setting.FileVariable}: {file} cannot be read: {e.Message}");
        }
    }

    private void ReadYaml(string file)
    {
        var yaml = new YamlStream();
        try
        {
            string text = File.ReadAllText(file);
            BoundedYaml.Check(text);
            yaml.Load(new StringReader(text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problems.Add($"The settings file {file} cannot be read: {e.Message}");
            return;
        }
        catch (YamlException e)
        {
            _problems.Add($"{file}, line {e.Start.Line}: {e.Message}");
            return;
        }
        if (yaml.Documents.Count > 0)
            Flatten(yaml.Documents[0].RootNode, "", file);
    }

    private void Flatten(YamlNode node, string path, string file)
    {
        string where = $"{file}, line {node.Start.Line}";
        switch (node)
        {
            case YamlMappingNode map:
                foreach ((YamlNode key, YamlNode value) in map.Children)
                    Flatten(value, path.Length == 0 ? $"{key}" : $"{path}.{key}", file);
                break;
            case YamlScalarNode { Value: { Length: > 0 } value }:
                Set(path, value, where);
                break;
            case YamlSequenceNode list when list.Children.All(c => c is YamlScalarNode):
                Set(path, string.Join(';', list.Children.Cast<YamlScalarNode>().Select(c => c.Value)), where);
                break;
            case YamlSequenceNode:
                _problems.Add($"{where}: '{path}' has to be a list of plain values.");
                break;
        }
    }

    private void Set(string key, string value, string where)
    {
        if (Settings.All.FirstOrDefault(s => s.Key.Equals(key, StringComparison.OrdinalIgnoreCase)) is not { } setting)
            _problems.Add(
                NearestName.Of(key, Settings.All.Select(s => s.Key)) is { } near
                    ? $"{where}: there is no setting '{key}': did you mean '{near}'?"
                    : $"{where}: there is no setting '{key}'. Settings are: {string.Join(", ", Settings.All.Select(s => s.Key))}."
            );
        else
            _values.TryAdd(setting.Key, (value, where));
    }

    private string? Text(Setting setting) =>
        _values.TryGetValue(setting.Key, out var given) && given.Value.Length > 0 ? given.Value : setting.Default;

    private string[] List(Setting setting) =>
        Text(setting)?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private List<(string Left, string Right)> Pairs(Setting setting, string form)
    {
        var pairs = new List<(string, string)>();
        foreach (string item in List(setting))
        {
            // The last '=': addresses may have one in their query.
            int at = item.LastIndexOf('=');
            if (at <= 0 || at == item.Length - 1)
                Problem(setting, $"has to be {form}, several separated by ';'");
            else
                pairs.Add((item[..at], item[(at + 1)..]));
        }
        return pairs;
    }

    private List<OidcIssuerOptions> Issuers()
    {
        List<(string Issuer, string Audience)> issuers = Issuers(Settings.OidcIssuers);
        List<(string Issuer, string Claim)> claims = Pairs(Settings.OidcSubjectClaims, "ISSUER=CLAIM");
        foreach ((string issuer, string claim) in claims)
            if (claim is not ("sub" or "oid"))
                Problem(Settings.OidcSubjectClaims, $"has the claim '{claim}': use sub or oid");
            else if (!issuers.Any(i => i.Issuer == issuer))
                Problem(Settings.OidcSubjectClaims, $"has the issuer '{issuer}', which is none of {Settings.OidcIssuers.Key}");
        return
        [
            .. issuers.Select(i => new OidcIssuerOptions(
                i.Issuer,
                i.Audience,
                claims.LastOrDefault(c => c.Issuer == i.Issuer).Claim ?? "sub"
            )),
        ];
    }

    private CodeSignInOptions? SignIn()
    {
        string scope = Text(Settings.PortalScope)!;
        string? secret = Text(Settings.PortalClientSecret);
        List<(string Issuer, string ClientId)> named = Pairs(Settings.PortalSignIn, "ISSUER=CLIENT_ID");
        if (named.Count > 1)
            Problem(Settings.PortalSignIn, "names several issuers: people sign in at one");
        if (named is not [var (issuer, clientId), ..])
        {
            if (secret is not null)
                Problem(Settings.PortalClientSecret, $"is of no use without {Settings.PortalSignIn.Key}");
            return null;
        }
        if (!Pairs(Settings.OidcIssuers, "ISSUER=AUDIENCE").Any(i => i.Left == issuer))
            Problem(Settings.PortalSignIn, $"has the issuer '{issuer}', which is none of {Settings.OidcIssuers.Key}");
        if (!scope.Split(' ').Contains("openid"))
            Problem(Settings.PortalScope, "has to have 'openid' among it (OpenID Connect Core 1.0 §3.1.2.1)");
        return new CodeSignInOptions(issuer, clientId, scope, secret);
    }

    private List<(string Issuer, string Audience)> Issuers(Setting setting)
    {
        List<(string Issuer, string Audience)> issuers = Pairs(setting, "ISSUER=AUDIENCE");
        bool loopback = Boolean(Settings.OidcLoopbackHttp);
        foreach ((string issuer, _) in issuers)
            if (!IsIssuer(issuer, loopback))
                Problem(
                    setting,
                    $"has the issuer '{issuer}': an issuer is an https address without query and fragment"
                        + (loopback ? ", or an http one on the loopback" : "")
                );
        return issuers;
    }

    /// <summary>OpenID Connect Discovery 1.0 §2: keys that came over plain http would be anybody's on the way.</summary>
    private static bool IsIssuer(string text, bool loopback) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
        && address.Query.Length == 0
        && address.Fragment.Length == 0
        && address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (loopback && address.IsLoopback && address.Scheme == Uri.UriSchemeHttp));

    private int Number(Setting setting, int least, int most)
    {
        if (
            int.TryParse(Text(setting), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= least
            && number <= most
        )
            return number;
        Problem(
            setting,
            most == int.MaxValue ? $"has to be a whole number from {least}" : $"has to be a whole number from {least} to {most}"
        );
        return least;
    }

    private bool Boolean(Setting setting)
    {
        switch (Text(setting)?.ToLowerInvariant())
        {
            case "true" or "on" or "yes":
                return true;
            case "false" or "off" or "no":
                return false;
            default:
                Problem(setting, "has to be true or false");
                return false;
        }
    }

    private T Word<T>(Setting setting)
        where T : struct, Enum
    {
        string? given = Text(setting);
        foreach (string name in Enum.GetNames<T>())
            if (name.Equals(given, StringComparison.OrdinalIgnoreCase))
                return Enum.Parse<T>(name);
        Problem(setting, $"has to be one of {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}");
        return default;
    }

    private IPEndPoint Endpoint(Setting setting)
    {
        string text = Text(setting)!;
        string address =
            text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? $"127.0.0.1:{text[10..]}"
            : text.StartsWith("*:", StringComparison.Ordinal) ? $"[::]:{text[2..]}"
            : text;
        if (address.Contains(':') && IPEndPoint.TryParse(address, out IPEndPoint? endpoint) && !address.EndsWith(']'))
            return endpoint;
        Problem(setting, "has to be ADDRESS:PORT, such as 127.0.0.1:8443, [::1]:8443 or *:443");
        return new(IPAddress.Loopback, 0);
    }

    private string? Address(Setting setting)
    {
        if (Text(setting) is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme == Uri.UriSchemeHttps && address.AbsolutePath == "/")
            return text.TrimEnd('/');
        Problem(setting, "has to be an https address without a path");
        return null;
    }

    private Uri? Collector()
    {
        if (Text(Settings.TelemetryCollector) is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
            return address;
        Problem(Settings.TelemetryCollector, "has to be an http or https address, such as http://localhost:4318");
        return null;
    }

    private void Problem(Setting setting, string what)
    {
        string where = _values.TryGetValue(setting.Key, out var given) ? given.Where : "default";
        string shown = setting.IsSecret || setting.MayHoldSecret ? "" : $" '{Text(setting)}'";
        _problems.Add($"{setting.Key}{shown} ({where}) {what}.");
    }
}
