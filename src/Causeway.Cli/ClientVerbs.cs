using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Cli.Kit;
using Causeway.Client;

namespace Causeway.Cli;

/// <summary>Points the clients of Azure at the server: <c>causeway az setup</c>, <c>causeway env</c>, and <c>causeway clients</c>, which says what is installed here.</summary>
internal static partial class ClientVerbs
{
    /// <summary>The clients that are known, how to ask each for its version, and the words that say what to expect of it.</summary>
    private static readonly (string Name, string Program, string[] Arguments, Func<CliCall, string> Note)[] s_clients =
    [
        ("Azure CLI", "az", ["version", "--query", "\"azure-cli\"", "-o", "tsv"], c => c.Words["client az"]),
        ("Azure SDK for JavaScript", "node", ["--version"], c => c.Words["client node"]),
        ("Azure SDK for Python", "python3", ["--version"], c => c.Words["client python"]),
        ("Azure SDK for .NET", "dotnet", ["--version"], c => c.Words["client dotnet"]),
        ("Terraform", "terraform", ["version"], c => c.Words["client terraform"]),
        ("Azure PowerShell", "pwsh", ["--version"], c => c.Words["client powershell"]),
    ];

    public static IEnumerable<Twig> Twigs => [new("az", Az), Twig.Whole("env", Environments), Twig.Whole("clients", Clients)];

    private static IEnumerable<Command> Az() =>
        [
            new Verb(
                "setup",
                ["causeway az setup", "causeway az setup --as provider", "causeway az setup --print"],
                SetUpAsync,
                Opt.Flag("--print")
            ),
        ];

    /// <summary>Registers the cloud, chooses it, and logs in. Doing it again mends what is there.</summary>
    private static async Task SetUpAsync(CliCall call)
    {
        AccessFile access = call.Access;
        PrincipalSecret who = SecretOf(call);
        bool prints = call.Get<bool>("--print");
        // Nothing is taken from az before the server is known to answer, and to this secret.
        if (!prints)
            await call.Client.Arm.GetAsync("/tenants", "2022-12-01", call.Cancellation);
        bool isThere =
            !prints
            && (await AzAsync(access, ["cloud", "list", "--query", "[].name", "-o", "tsv"], "", call))
                .Output.Split('\n', StringSplitOptions.TrimEntries)
                .Contains("causeway");
        string[][] commands =
        [
            // A cloud that is chosen cannot be registered again; its addresses can be changed.
            isThere
                ? ["cloud", "set", "-n", "AzureCloud"]
                : ["cloud", "register", "-n", "causeway", "--endpoint-resource-manager", access.Endpoint],
            .. isThere
                ? (string[][])
                    [
                        ["cloud", "unregister", "-n", "causeway"],
                        ["cloud", "register", "-n", "causeway", "--endpoint-resource-manager", access.Endpoint],
                    ]
                : [],
            ["cloud", "set", "-n", "causeway"],
            // What stands in a command line, everybody on the machine can read: az takes the secret from its input.
            ["login", "--service-principal", "-u", who.ClientId, "-p", "@-", "--tenant", "adfs", "-o", "none"],
        ];
        if (prints)
        {
            if (access.CaFile is { } ca)
                call.Out.WriteLine($"export REQUESTS_CA_BUNDLE={Quoted(ca)}");
            foreach (string[] command in commands)
                call.Out.WriteLine(
                    $"{(command[0] == "login" ? $"printf %s {Quoted(who.ClientSecret)} | " : "")}az {string.Join(' ', command.Select(Quoted))}"
                );
            return;
        }
        foreach (string[] command in commands)
        {
            (int exit, _, string error) = await AzAsync(access, command, command[0] == "login" ? who.ClientSecret : "", call);
            if (exit != 0)
                throw new CliException(call.Words["az failed", $"{command[0]} {command[1]}", error.Trim()], ExitCode.Refused);
        }
        var done = new JsonObject
        {
            ["cloud"] = "causeway",
            ["endpoint"] = access.Endpoint,
            ["as"] = call.Principal,
            ["caFile"] = access.CaFile,
        };
        Printer.One(
            call,
            new Document<JsonObject>(done, done),
            [new("endpoint", d => $"{d["endpoint"]}"), new("as", d => $"{d["as"]}"), new("caFile", d => $"{d["caFile"]}")]
        );
        if (access.CaFile is { } bundle)
            call.Next("next az setup", Quoted(bundle));
    }

    private static Command Environments() =>
        new Verb(
            "env",
            ["causeway env", "causeway env --shell powershell"],
            call =>
            {
                bool isPowerShell = call.Text("--shell") == "powershell";
                KeyValuePair<string, string>[] variables = [.. VariablesOf(call)];
                if (call.ForPeople)
                    foreach ((string name, string value) in variables)
                        call.Out.WriteLine(
                            isPowerShell
                                ? $"$env:{name} = '{value.Replace("'", "''", StringComparison.Ordinal)}'"
                                : $"export {name}={Quoted(value)}"
                        );
                else
                    Printer.Raw(call, new JsonObject(variables.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value))));
                return Task.CompletedTask;
            },
            Opt.OneOf("--shell", "sh", "sh", "powershell")
        );

    /// <summary>What Terraform, the SDKs and PowerShell read; each name is the client's own.</summary>
    private static IEnumerable<KeyValuePair<string, string>> VariablesOf(CliCall call)
    {
        AccessFile access = call.Access;
        PrincipalSecret who = SecretOf(call);
        var server = new Uri(access.Endpoint);
        yield return new("AZURE_TENANT_ID", "adfs");
        yield return new("AZURE_CLIENT_ID", who.ClientId);
        yield return new("AZURE_CLIENT_SECRET", who.ClientSecret);
        yield return new("AZURE_AUTHORITY_HOST", access.Endpoint);
        yield return new("ARM_METADATA_HOSTNAME", server.Authority);
        yield return new("ARM_TENANT_ID", access.TenantId);
        yield return new("ARM_CLIENT_ID", who.ClientId);
        yield return new("ARM_CLIENT_SECRET", who.ClientSecret);
        yield return new("ARM_RESOURCE_PROVIDER_REGISTRATIONS", "none");
        if (access.Subscriptions.GetValueOrDefault(call.Principal) is { } subscription)
        {
            yield return new("AZURE_SUBSCRIPTION_ID", subscription);
            yield return new("ARM_SUBSCRIPTION_ID", subscription);
        }
        if (access.CaFile is not { } ca)
            yield break;
        yield return new("REQUESTS_CA_BUNDLE", ca);
        yield return new("NODE_EXTRA_CA_CERTS", ca);
        yield return new("SSL_CERT_FILE", ca);
    }

    private static Command Clients() =>
        new Verb(
            "clients",
            ["causeway clients", "causeway clients --output json"],
            async call =>
            {
                var found = new List<Document<JsonObject>>();
                foreach ((string name, string program, string[] arguments, Func<CliCall, string> note) in s_clients)
                {
                    string? version = await VersionAsync(program, arguments, call.Cancellation);
                    string says = program == "az" && version == "2.45.0" && IsDebian() ? call.Words["client az of debian"] : note(call);
                    var json = new JsonObject
                    {
                        ["client"] = name,
                        ["program"] = program,
                        ["version"] = version,
                        ["note"] = says,
                    };
                    found.Add(new Document<JsonObject>(json, json));
                }
                Printer.List(
                    call,
                    found,
                    "no clients",
                    [
                        new("client", d => $"{d["client"]}"),
                        new("version", d => d["version"] is { } v ? $"{v}" : call.Words["not installed"]),
                        new("note", d => $"{d["note"]}"),
                    ]
                );
            }
        );

    private static bool IsDebian() =>
        File.Exists("/etc/debian_version") && File.Exists("/usr/lib/python3/dist-packages/azure/cli/core/__init__.py");

    private static PrincipalSecret SecretOf(CliCall call) =>
        call.Access.Principals.GetValueOrDefault(call.Principal)
        ?? throw new CliException(call.Words["not in the access file", call.Principal, string.Join(", ", call.Access.Principals.Keys)]);

    private static async Task<(int Exit, string Output, string Error)> AzAsync(
        AccessFile access,
        IReadOnlyList<string> arguments,
        string input,
        CliCall call
    )
    {
        var info = new ProcessStartInfo("az", [.. arguments, "--only-show-errors"]);
        if (access.CaFile is { } ca)
            info.Environment["REQUESTS_CA_BUNDLE"] = ca;
        return await RunAsync(info, input, call.Cancellation) ?? throw new CliException(call.Words["az not installed"], ExitCode.NotFound);
    }

    /// <summary>What a program says of its version; null where it is not installed.</summary>
    private static async Task<string?> VersionAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        await RunAsync(new ProcessStartInfo(program, arguments), "", cancellation) is (0, var output, _)
        && VersionNumber().Match(output) is { Success: true } version
            ? version.Value
            : null;

    private static async Task<(int Exit, string Output, string Error)?> RunAsync(
        ProcessStartInfo info,
        string input,
        CancellationToken cancellation
    )
    {
        // There az is a script, which only its whole name finds.
        if (OperatingSystem.IsWindows() && info.FileName == "az")
            info.FileName = "az.cmd";
        info.RedirectStandardInput = info.RedirectStandardOutput = info.RedirectStandardError = true;
        try
        {
            using Process process = Process.Start(info)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without asking; what it says of that is what is told.
            }
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, await output, await error);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>For sh: as it is, where nothing in it means something there.</summary>
    private static string Quoted(string word) =>
        Harmless().IsMatch(word) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[A-Za-z0-9_./:=@%+-]+$")]
    private static partial Regex Harmless();

    [GeneratedRegex(@"\d+(\.\d+)+")]
    private static partial Regex VersionNumber();
}
