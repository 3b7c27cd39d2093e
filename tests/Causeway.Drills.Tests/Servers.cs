using System.Net;
using Causeway.Routers;
using Causeway.Server;
using Causeway.Server.Configuration;
using Causeway.Testing;
using Microsoft.Extensions.Logging;

namespace Causeway.Drills.Tests;

/// <summary>A server of the field.</summary>
internal interface IServer : IAsyncDisposable
{
    string Data { get; }
    string Endpoint { get; }

    /// <summary>What it said so far.</summary>
    string Output { get; }

    Task StartAsync();
}

/// <summary>A process of its own: the product's executable.</summary>
internal sealed class OwnProcess(ServerProcess process) : IServer
{
    public ServerProcess Process => process;
    public string Data => process.Data;
    public string Endpoint => process.Endpoint;
    public string Output => process.Output;

    public Task StartAsync() => process.StartAsync();

    public ValueTask DisposeAsync() => process.DisposeAsync();
}

/// <summary>The same server in this process, with routers that a drill can make unwell.</summary>
internal sealed class InThisProcess(int bgpPort, string topology, IRouterDriverFactory drivers) : IServer
{
    private ServerHost? _host;

    public string Data { get; } = Path.Combine(Directory.CreateTempSubdirectory("causeway-drill-").FullName, "data");

    public string Endpoint => _host!.Endpoint;

    public string Output => "";

    public async Task StartAsync()
    {
        string file = Path.Combine(Path.GetDirectoryName(Data)!, "topology.yaml");
        await File.WriteAllTextAsync(file, topology);
        ServerSettings settings = SettingsReader.Read(
            setting =>
                setting == Settings.Data ? Data
                : setting == Settings.Listen ? "127.0.0.1:0"
                : setting == Settings.BgpPort ? $"{bgpPort}"
                : setting == Settings.Topology ? file
                : setting == Settings.CircuitsPerSubscription || setting == Settings.CircuitsPerRegion ? "0"
                : setting == Settings.Throttle ? "false"
                : setting == Settings.LogLevel ? "error"
                : null,
            _ => null
        );
        _host = await ServerHost.StartAsync(settings with { Drivers = [drivers] }, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(Data)!, recursive: true);
    }
}
