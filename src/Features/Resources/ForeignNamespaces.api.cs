using System.Collections.Frozen;

namespace Causeway.Api.Resources;

/// <summary>
/// Azure's resource providers that have nothing here (<c>azure-services-resource-providers</c> of its documentation). Tools register what they might need before they begin,
/// and would not begin without: so each can be registered and asked for, and has no types.
/// </summary>
internal static class ForeignNamespaces
{
    private static readonly FrozenSet<string> s_all = new[]
    {
        "Microsoft.AAD", "Microsoft.AADDomainServices", "Microsoft.ADHybridHealthService", "Microsoft.Advisor",
        "Microsoft.AlertsManagement", "Microsoft.AnalysisServices", "Microsoft.ApiManagement", "Microsoft.App",
        "Microsoft.AppConfiguration", "Microsoft.AppPlatform", "Microsoft.Attestation", "Microsoft.Automation", "Microsoft.AVS",
        "Microsoft.AzureActiveDirectory", "Microsoft.AzureStackHCI", "Microsoft.Batch", "Microsoft.Billing",
        "Microsoft.Blueprint", "Microsoft.BotService", "Microsoft.Cache", "Microsoft.Cdn", "Microsoft.CertificateRegistration",
        "Microsoft.ChangeAnalysis", "Microsoft.CloudShell", "Microsoft.CognitiveServices", "Microsoft.Commerce",
        "Microsoft.Compute", "Microsoft.Communication", "Microsoft.Confluent", "Microsoft.Consumption",
        "Microsoft.ContainerInstance", "Microsoft.ContainerRegistry", "Microsoft.ContainerService", "Microsoft.CostManagement",
        "Microsoft.CustomerLockbox", "Microsoft.CustomProviders", "Microsoft.Dashboard", "Microsoft.DataBoxEdge",
        "Microsoft.DataBox", "Microsoft.Databricks", "Microsoft.DataFactory", "Microsoft.DataLakeAnalytics",
        "Microsoft.DataLakeStore", "Microsoft.DataMigration", "Microsoft.DataProtection", "Microsoft.DataShare",
        "Microsoft.DBforMariaDB", "Microsoft.DBforMySQL", "Microsoft.DBforPostgreSQL", "Microsoft.DesktopVirtualization",
        "Microsoft.Devices", "Microsoft.DevCenter", "Microsoft.DevTestLab", "Microsoft.DigitalTwins", "Microsoft.DocumentDB",
        "Microsoft.DomainRegistration", "Microsoft.Elastic", "Microsoft.EventGrid", "Microsoft.EventHub",
        "Microsoft.ExtendedLocation", "Microsoft.Features", "Microsoft.GuestConfiguration", "Microsoft.HDInsight",
        "Microsoft.HealthBot", "Microsoft.HealthcareApis", "Microsoft.HybridCompute", "Microsoft.HybridConnectivity",
        "Microsoft.HybridContainerService", "Microsoft.HybridNetwork", "Microsoft.ImportExport", "Microsoft.Insights",
        "Microsoft.IoTCentral", "Microsoft.KeyVault", "Microsoft.Kubernetes", "Microsoft.KubernetesConfiguration",
        "Microsoft.Kusto", "Microsoft.LabServices", "Microsoft.LoadTestService", "Microsoft.Logic", "Microsoft.MachineLearning",
        "Microsoft.MachineLearningServices", "Microsoft.Maintenance", "Microsoft.ManagedIdentity",
        "Microsoft.ManagedNetworkFabric", "Microsoft.ManagedServices", "Microsoft.Management", "Microsoft.Maps",
        "Microsoft.Marketplace", "Microsoft.MarketplaceOrdering", "Microsoft.Media", "Microsoft.Migrate",
        "Microsoft.MixedReality", "Microsoft.MobileNetwork", "Microsoft.Monitor", "Microsoft.NetApp", "Microsoft.NetworkCloud",
        "Microsoft.NetworkFunction", "Microsoft.NotificationHubs", "Microsoft.OffAzure", "Microsoft.OperationalInsights",
        "Microsoft.OperationsManagement", "Microsoft.Orbital", "Microsoft.PolicyInsights", "Microsoft.Portal",
        "Microsoft.PowerBI", "Microsoft.PowerBIDedicated", "Microsoft.PowerPlatform", "Microsoft.Purview", "Microsoft.Quantum",
        "Microsoft.Quota", "Microsoft.RecoveryServices", "Microsoft.RedHatOpenShift", "Microsoft.Relay",
        "Microsoft.ResourceConnector", "Microsoft.ResourceGraph", "Microsoft.ResourceHealth", "Microsoft.ResourceMover",
        "Microsoft.ResourceNotifications", "Microsoft.SaaS", "Microsoft.Search", "Microsoft.Security",
        "Microsoft.SecurityInsights", "Microsoft.SerialConsole", "Microsoft.ServiceBus", "Microsoft.ServiceFabric",
        "Microsoft.ServiceLinker", "Microsoft.ServiceNetworking", "Microsoft.SignalRService", "Microsoft.Solutions",
        "Microsoft.Sql", "Microsoft.SqlVirtualMachine", "Microsoft.Storage", "Microsoft.StorageCache", "Microsoft.StorageMover",
        "Microsoft.StorageSync", "Microsoft.StreamAnalytics", "Microsoft.Subscription", "Microsoft.Synapse",
        "Microsoft.TimeSeriesInsights", "Microsoft.VideoIndexer", "Microsoft.VirtualMachineImages", "Microsoft.VMware",
        "Microsoft.VoiceServices", "Microsoft.Web", "Microsoft.WindowsESU", "Microsoft.WindowsIoT", "Microsoft.WorkloadMonitor",
        "Microsoft.Workloads",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>In its own casing; null for what is none.</summary>
    public static string? Find(string name) => s_all.TryGetValue(name, out string? known) ? known : null;
}
