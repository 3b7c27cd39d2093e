using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Clients.Tests.AzureCli;

/// <summary>Azure CLI as installed from Debian, with a configuration folder of its own, logged in to a local server.</summary>
public sealed class Az : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("causeway-az-").FullName;
    private readonly AccessFile _access;

    private Az(AccessFile access)
    {
        _access = access;
        // Debian's packages do not fit together without this (see the file itself).
        string shim = Path.Combine(AppContext.BaseDirectory, "AzureCli", "sitecustomize.py");
        File.Copy(shim, Path.Combine(_home, "sitecustomize.py"));
    }

    /// <summary>Registers the cloud by the address of the resource manager alone, and logs in.</summary>
    public static async Task<Az> LoginAsync(AccessFile access, string principal, CancellationToken cancellation)
    {
        var az = new Az(access);
        await az.RunAsync(["cloud", "register", "-n", "causeway", "--endpoint-resource-manager", access.Endpoint], cancellation);
        await az.RunAsync(["cloud", "set", "-n", "causeway"], cancellation);
        PrincipalSecret secret = access.Principals[principal];
        await az.RunAsync(
            ["login", "--service-principal", "-u", secret.ClientId, "-p", secret.ClientSecret, "--tenant", "adfs"],
            cancellation
        );
        return az;
    }

    /// <summary>Runs a command that must succeed; its JSON output, or null when it prints none.</summary>
    public async Task<JsonNode?> RunAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        (int exit, string output, string error) = await StartAsync(arguments, cancellation);
        Assert.True(exit == 0, $"az {string.Join(' ', arguments)} ended with {exit}:\n{error}\n{output}");
        return string.IsNullOrWhiteSpace(output) ? null : JsonNode.Parse(output);
    }

    /// <summary>As <see cref="RunAsync(IEnumerable{string}, CancellationToken)"/>, words separated by spaces.</summary>
    public Task<JsonNode?> RunAsync(string command, CancellationToken cancellation) => RunAsync(command.Split(' '), cancellation);

    /// <summary>Runs a command that must be refused; what it printed as its error.</summary>
    public async Task<string> RefusedAsync(string command, CancellationToken cancellation)
    {
        (int exit, string output, string error) = await StartAsync(command.Split(' '), cancellation);
        Assert.True(exit != 0, $"az {command} should have been refused, but printed:\n{output}");
        return error;
    }

    private async Task<(int Exit, string Output, string Error)> StartAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var info = new ProcessStartInfo("az") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
            info.ArgumentList.Add(argument);
        info.ArgumentList.Add("--only-show-errors");
        info.Environment["AZURE_CONFIG_DIR"] = _home;
        info.Environment["PYTHONPATH"] = _home;
        info.Environment["REQUESTS_CA_BUNDLE"] = _access.CaFile;
        info.Environment["AZURE_CORE_COLLECT_TELEMETRY"] = "no";
        info.Environment["AZURE_CORE_NO_COLOR"] = "yes";
        using Process process =
            Process.Start(info) ?? throw new InvalidOperationException("az is not installed: apt-get install azure-cli");
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output, await error);
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);
}
