using System.Collections;
using Causeway.Arm;
using Causeway.Hosting;
using Causeway.Identity.Endpoints;
using Causeway.Workflows;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Causeway.Server.Telemetry;

/// <summary>OpenTelemetry over what the parts tell of themselves (sources and meters named Causeway.*), ASP.NET Core, the runtime and Npgsql.</summary>
internal static class TelemetryServices
{
    private const string MetricsPath = "/metrics";

    /// <summary>What is asked again and again, and says nothing about the work.</summary>
    private static readonly string[] Untraced = [MetricsPath, "/healthz", "/readyz"];

    /// <summary>What counts from now on is 0, not absent, to whoever collects: called once they listen.</summary>
    public static void BeginCounters(this IServiceProvider services)
    {
        WorkflowTelemetry.Begin(services.GetServices<IEffectHandler>().Select(e => e.Kind));
        ArmTelemetry.Begin();
        SignInTelemetry.Begin();
    }

    public static void AddTelemetry(this WebApplicationBuilder builder, TelemetrySettings settings)
    {
        // The library reads OTEL_* from the configuration, and that of this server is its own.
        builder.Configuration.AddInMemoryCollection(
            Environment
                .GetEnvironmentVariables()
                .Cast<DictionaryEntry>()
                .Where(v => ((string)v.Key).StartsWith("OTEL_", StringComparison.Ordinal))
                .Select(v => KeyValuePair.Create((string)v.Key, (string?)v.Value))
        );
        builder.Services.AddSingleton<StatusMeters>().AddSingleton<Loop>(s => s.GetRequiredService<StatusMeters>());
        OpenTelemetryBuilder telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
            {
                if (builder.Configuration["OTEL_SERVICE_NAME"] is null)
                    resource.AddService("causeway", serviceVersion: Version);
            })
            .WithMetrics(metrics =>
            {
                metrics
                    .AddMeter("Causeway.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql")
                    .AddRuntimeInstrumentation();
                if (settings.Metrics != MetricsReaders.Off)
                    metrics.AddPrometheusExporter();
            });
        if (!settings.IsSent)
            return;
        telemetry
            .WithTracing(traces =>
                traces
                    .AddSource("Causeway.*", "Npgsql")
                    .AddAspNetCoreInstrumentation(http => http.Filter = request => !Untraced.Contains(request.Request.Path.Value))
            )
            .WithLogging();
        if (settings.Collector is not { } collector)
            telemetry.UseOtlpExporter();
        else
            telemetry.UseOtlpExporter(
                builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
                collector
            );
    }

    /// <summary><c>/metrics</c> for Prometheus, where the settings say that somebody may read it.</summary>
    public static void MapMetrics(this WebApplication app, MetricsReaders readers)
    {
        if (readers == MetricsReaders.Off)
            return;
        ArmHost host = app.Services.GetRequiredService<ArmHost>();
        app.MapPrometheusScrapingEndpoint(MetricsPath).WithMetadata(new OpenEndpoint("metrics: the setting telemetry.metrics says who"));
        app.UseWhen(
            http => http.Request.Path == MetricsPath,
            metrics =>
                metrics.Use(
                    async (http, next) =>
                    {
                        int status = await WhyNotAsync(http, host, readers);
                        if (status == StatusCodes.Status200OK)
                            await next(http);
                        else
                            http.Response.StatusCode = status;
                    }
                )
        );
    }

    private static async ValueTask<int> WhyNotAsync(HttpContext http, ArmHost host, MetricsReaders readers)
    {
        if (readers == MetricsReaders.Local)
            return http.Connection.RemoteIpAddress is { } from && System.Net.IPAddress.IsLoopback(from)
                ? StatusCodes.Status200OK
                : StatusCodes.Status403Forbidden;
        string header = http.Request.Headers.Authorization.ToString();
        if (
            !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            || await host.Authenticator.AuthenticateAsync(header[7..].Trim(), http.RequestAborted) is not Authentication.Accepted accepted
        )
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return StatusCodes.Status401Unauthorized;
        }
        return await host.Authorizer.MayAsync(accepted.Principal, Api.Operations.StatusEndpoints.ReadAction, null, http.RequestAborted)
            ? StatusCodes.Status200OK
            : StatusCodes.Status403Forbidden;
    }

    private static string? Version => typeof(TelemetryServices).Assembly.GetName().Version?.ToString(3);
}
