// Every operation of Azure's SDKs for JavaScript that is of the product's business, called against one server. What there is to call is asked of the SDKs themselves;
// prints a line of JSON an operation: its name, and "ok", "refused" with the code where that is the right answer, "not sent" where the SDK itself refuses the arguments that
// everything not offered is asked with, or "wrong" with what is.
import { NetworkManagementClient } from "@azure/arm-network";
import { PeeringManagementClient } from "@azure/arm-peering";
import { ResourceManagementClient } from "@azure/arm-resources";
import { MicrosoftSupport } from "@azure/arm-support";
import { ClientSecretCredential } from "@azure/identity";
import { readFileSync } from "node:fs";

const access = JSON.parse(readFileSync(process.argv[2], "utf8"));
const subscription = access.subscriptions.customer;

function clientsOf(principal, sub) {
  const { clientId, clientSecret } = access.principals[principal];
  const credential = new ClientSecretCredential("adfs", clientId, clientSecret, { authorityHost: access.endpoint });
  const options = { endpoint: access.endpoint };
  return {
    network: new NetworkManagementClient(credential, sub, options),
    peering: new PeeringManagementClient(credential, sub, options),
    resources: new ResourceManagementClient(credential, sub, options),
    support: new MicrosoftSupport(credential, sub, options),
  };
}

const customer = clientsOf("customer", subscription);
const provider = clientsOf("provider", access.subscriptions.provider);
const operator = clientsOf("operator", subscription);

// Of arm-network, which is all of Azure's networking.
const inScope =
  /^(expressRoute.*|virtualWans|virtualHubs|virtualNetworkPeerings|routeFilters|routeFilterRules|virtualNetworks|subnets|publicIPAddresses|virtualNetworkGateways|virtualNetworkGatewayConnections|bgpServiceCommunities|operations|usages|available.*)$/;

/** beginX and beginXAndWait are one operation, X. */
const operationOf = (method) => method.replace(/^begin/, "").replace(/AndWait$/, "").replace(/^./, (c) => c.toLowerCase());

function* operations() {
  for (const [name, client] of Object.entries(customer))
    for (const group of Object.keys(client)) {
      const operations = client[group];
      if (!operations || typeof operations !== "object" || group.startsWith("_") || group === "pipeline") continue;
      if (name === "network" && !inScope.test(group)) continue;
      const methods = new Set();
      for (let at = operations; at && at !== Object.prototype; at = Object.getPrototypeOf(at))
        for (const method of Object.getOwnPropertyNames(at))
          if (typeof operations[method] === "function" && !/^_|^constructor$|^getClient|^sendOperationRequest$|Operation$|Next$|Paging(Page|All)$/.test(method))
            methods.add(method);
      const grouped = new Map();
      for (const method of methods) grouped.set(operationOf(method), method);
      if (grouped.size > 0 && grouped.size < 80) for (const [operation, method] of grouped) yield { name: `${name}.${group}.${operation}`, client: name, group, method };
    }
}

const results = new Map();
const tell = (name, result, detail) => {
  const before = results.get(name);
  if (!before || before.result !== "wrong") results.set(name, { result, detail });
};

/** Calls, and says what came. A list is read to its end. */
async function call(who, path, ...args) {
  const [client, group, method] = path.split(".");
  const name = `${client}.${group}.${operationOf(method)}`;
  try {
    let answer = who[client][group][method](...args);
    if (answer && typeof answer[Symbol.asyncIterator] === "function") {
      const all = [];
      for await (const item of answer) all.push(item);
      answer = all;
    } else answer = await answer;
    tell(name, "ok");
    return answer;
  } catch (error) {
    tell(name, "wrong", `${error.statusCode ?? ""} ${error.code ?? ""} ${error.message}`.slice(0, 400));
    return undefined;
  }
}

/** Calls, and a clean refusal is the right answer. */
async function refused(who, path, ...args) {
  const [client, group, method] = path.split(".");
  const name = `${client}.${group}.${operationOf(method)}`;
  try {
    const answer = who[client][group][method](...args);
    if (answer && typeof answer[Symbol.asyncIterator] === "function") for await (const _ of answer);
    else await answer;
    tell(name, "ok");
  } catch (error) {
    const code = error.code ?? /"code":"(\w+)"/.exec(error.message)?.[1];
    // HEAD has no body, and what lacks an argument that is required never leaves the SDK.
    if (error.statusCode >= 400 && error.statusCode < 500 && (code || /checkExistence/.test(method))) tell(name, "refused", code ?? `${error.statusCode}`);
    else if (!error.statusCode && /must be of type|cannot be null or undefined/.test(error.message)) tell(name, "not sent", error.message.slice(0, 200));
    else tell(name, "wrong", `${error.statusCode ?? ""} ${error.code ?? ""} ${error.message}`.slice(0, 400));
  }
}

function holds(name, is) {
  if (!is) tell(name, "wrong", "the answer is not what was asked for");
}

const rg = "sdk";
const id = (type, ...names) => {
  const types = type.split("/").slice(1);
  return `/subscriptions/${subscription}/resourceGroups/${rg}/providers/${type.split("/")[0]}/${types.map((t, i) => `${t}/${names[i]}`).join("/")}`;
};

// Groups, tags, providers, resources.
await call(customer, "resources.resourceGroups.createOrUpdate", rg, { location: "westeurope", tags: { a: "b" } });
await call(customer, "resources.resourceGroups.get", rg);
await call(customer, "resources.resourceGroups.update", rg, { tags: { a: "c" } });
await call(customer, "resources.resourceGroups.list");
await call(customer, "resources.resourceGroups.checkExistence", rg);
await call(customer, "resources.resourceGroups.beginExportTemplateAndWait", rg, { resources: ["*"] });
await call(customer, "resources.resourceGroups.createOrUpdate", "sdkgone", { location: "westeurope" });
await call(customer, "resources.resourceGroups.beginDeleteAndWait", "sdkgone");
await call(customer, "resources.tagsOperations.createOrUpdate", "env");
await call(customer, "resources.tagsOperations.createOrUpdateValue", "env", "test");
await call(customer, "resources.tagsOperations.list");
await call(customer, "resources.tagsOperations.deleteValue", "env", "test");
await call(customer, "resources.tagsOperations.delete", "env");
const scope = `subscriptions/${subscription}/resourceGroups/${rg}`;
await call(customer, "resources.tagsOperations.beginCreateOrUpdateAtScopeAndWait", scope, { properties: { tags: { x: "y" } } });
await call(customer, "resources.tagsOperations.beginUpdateAtScopeAndWait", scope, { operation: "Merge", properties: { tags: { z: "y" } } });
await call(customer, "resources.tagsOperations.getAtScope", scope);
await call(customer, "resources.tagsOperations.beginDeleteAtScopeAndWait", scope);
await call(customer, "resources.operations.list");
await call(customer, "resources.providers.list");
await call(customer, "resources.providers.listAtTenantScope");
await call(customer, "resources.providers.get", "Microsoft.Network");
await call(customer, "resources.providers.getAtTenantScope", "Microsoft.Network");
await call(customer, "resources.providers.register", "Microsoft.Peering");
await call(customer, "resources.providers.unregister", "Microsoft.Support");
await call(customer, "resources.providers.register", "Microsoft.Support");
await call(customer, "resources.providers.providerPermissions", "Microsoft.Network");
await refused(customer, "resources.providers.registerAtManagementGroupScope", "Microsoft.Network", "group");
await call(customer, "resources.providerResourceTypes.list", "Microsoft.Network");
const net5 = { location: "westeurope", properties: { addressSpace: { addressPrefixes: ["10.5.0.0/16"] } } };
await call(customer, "resources.resources.beginCreateOrUpdateAndWait", rg, "Microsoft.Network", "", "virtualNetworks", "v5", "2022-01-01", net5);
await call(customer, "resources.resources.get", rg, "Microsoft.Network", "", "virtualNetworks", "v5", "2022-01-01");
await call(customer, "resources.resources.beginUpdateAndWait", rg, "Microsoft.Network", "", "virtualNetworks", "v5", "2022-01-01", { tags: { a: "b" } });
holds("resources.resources.checkExistence", (await call(customer, "resources.resources.checkExistence", rg, "Microsoft.Network", "", "virtualNetworks", "v5", "2022-01-01"))?.body === true);
await call(customer, "resources.resources.beginDeleteAndWait", rg, "Microsoft.Network", "", "virtualNetworks", "v5", "2022-01-01");
const v6 = id("Microsoft.Network/virtualNetworks", "v6").slice(1);
await call(customer, "resources.resources.beginCreateOrUpdateByIdAndWait", v6, "2022-01-01", net5);
await call(customer, "resources.resources.getById", v6, "2022-01-01");
await call(customer, "resources.resources.beginUpdateByIdAndWait", v6, "2022-01-01", { tags: { a: "b" } });
holds("resources.resources.checkExistenceById", (await call(customer, "resources.resources.checkExistenceById", v6, "2022-01-01"))?.body === true);
await call(customer, "resources.resources.list");
await call(customer, "resources.resources.listByResourceGroup", rg);
await call(customer, "resources.resources.beginDeleteByIdAndWait", v6, "2022-01-01");
const move = { resources: [id("Microsoft.Network/virtualNetworks", "v6")], targetResourceGroup: `/${scope}` };
await refused(customer, "resources.resources.beginMoveResourcesAndWait", rg, move);
await refused(customer, "resources.resources.beginValidateMoveResourcesAndWait", rg, move);

// Circuits, and the provider's side of them.
await call(customer, "network.operations.list");
await call(customer, "network.usages.list", "westeurope");
for (const list of ["availableDelegations.list", "availableServiceAliases.list", "availableEndpointServices.list", "availablePrivateEndpointTypes.list"])
  await call(customer, `network.${list}`, "westeurope");
await call(customer, "network.availableResourceGroupDelegations.list", "westeurope", rg);
await call(customer, "network.availableServiceAliases.listByResourceGroup", rg, "westeurope");
await call(customer, "network.availablePrivateEndpointTypes.listByResourceGroup", "westeurope", rg);
await call(customer, "network.expressRouteServiceProviders.list");
const circuits = "network.expressRouteCircuits.";
const order = (peeringLocation) => ({
  location: "westeurope",
  sku: { name: "Premium_MeteredData", tier: "Premium", family: "MeteredData" },
  serviceProviderProperties: { serviceProviderName: "Equinix", peeringLocation, bandwidthInMbps: 200 },
});
const made = await call(customer, circuits + "beginCreateOrUpdateAndWait", rg, "c1", order("Amsterdam"));
holds("network.expressRouteCircuits.createOrUpdate", made?.serviceProviderProvisioningState === "NotProvisioned" && made.serviceKey);
await call(customer, circuits + "beginCreateOrUpdateAndWait", rg, "c2", order("Stockholm"));
await call(customer, circuits + "listAll");
await call(customer, circuits + "list", rg);
await call(customer, circuits + "updateTags", rg, "c1", { tags: { a: "b" } });
await call(customer, circuits + "getStats", rg, "c1");
const orders = await call(provider, "network.expressRouteCrossConnections.list");
const cross = "network.expressRouteCrossConnections.";
for (const name of ["c1", "c2"]) {
  const circuit = await call(customer, circuits + "get", rg, name);
  const place = circuit.serviceProviderProperties.peeringLocation;
  const seen = await call(provider, cross + "get", `CrossConnection-${place}`, circuit.serviceKey);
  await call(provider, cross + "beginCreateOrUpdateAndWait", `CrossConnection-${place}`, circuit.serviceKey, { ...seen, serviceProviderProvisioningState: "Provisioned" });
}
holds("network.expressRouteCrossConnections.list", orders?.length >= 2);
const key = (await call(customer, circuits + "get", rg, "c1")).serviceKey;
await call(provider, cross + "listByResourceGroup", "CrossConnection-Amsterdam");
await call(provider, cross + "updateTags", "CrossConnection-Amsterdam", key, { tags: { a: "b" } });
const peerings = "network.expressRouteCircuitPeerings.";
const wanted = (n) => ({
  peeringType: "AzurePrivatePeering", peerASN: 65010 + n, vlanId: 100 + n, primaryPeerAddressPrefix: `10.9${n}.0.0/30`, secondaryPeerAddressPrefix: `10.9${n}.0.4/30`,
});
const peered = await call(customer, peerings + "beginCreateOrUpdateAndWait", rg, "c1", "AzurePrivatePeering", wanted(0));
holds("network.expressRouteCircuitPeerings.createOrUpdate", peered?.provisioningState === "Succeeded" && peered.state === "Enabled");
await call(customer, peerings + "beginCreateOrUpdateAndWait", rg, "c2", "AzurePrivatePeering", wanted(1));
await call(customer, peerings + "get", rg, "c1", "AzurePrivatePeering");
await call(customer, peerings + "list", rg, "c1");
await call(customer, circuits + "getPeeringStats", rg, "c1", "AzurePrivatePeering");
for (const table of ["beginListArpTableAndWait", "beginListRoutesTableAndWait", "beginListRoutesTableSummaryAndWait"]) {
  await call(customer, circuits + table, rg, "c1", "AzurePrivatePeering", "primary");
  await call(provider, cross + table, "CrossConnection-Amsterdam", key, "AzurePrivatePeering", "secondary");
}
const crossPeerings = "network.expressRouteCrossConnectionPeerings.";
await call(provider, crossPeerings + "list", "CrossConnection-Amsterdam", key);
await call(provider, crossPeerings + "get", "CrossConnection-Amsterdam", key, "AzurePrivatePeering");
await refused(provider, crossPeerings + "beginCreateOrUpdateAndWait", "CrossConnection-Amsterdam", key, "AzurePrivatePeering", wanted(0));
await refused(provider, crossPeerings + "beginDeleteAndWait", "CrossConnection-Amsterdam", key, "AzurePrivatePeering");
const joins = "network.expressRouteCircuitConnections.";
const privatePeering = (circuit) => ({ id: id("Microsoft.Network/expressRouteCircuits/peerings", circuit, "AzurePrivatePeering") });
await call(customer, joins + "beginCreateOrUpdateAndWait", rg, "c1", "AzurePrivatePeering", "join", {
  expressRouteCircuitPeering: privatePeering("c1"), peerExpressRouteCircuitPeering: privatePeering("c2"), addressPrefix: "104.0.0.0/29",
});
await call(customer, joins + "get", rg, "c1", "AzurePrivatePeering", "join");
await call(customer, joins + "list", rg, "c1", "AzurePrivatePeering");
const seenByPeer = await call(customer, "network.peerExpressRouteCircuitConnections.list", rg, "c2", "AzurePrivatePeering");
holds("network.expressRouteCircuitConnections.createOrUpdate", seenByPeer?.length === 1);
await call(customer, "network.peerExpressRouteCircuitConnections.get", rg, "c2", "AzurePrivatePeering", seenByPeer?.[0]?.name);
await call(customer, joins + "beginDeleteAndWait", rg, "c1", "AzurePrivatePeering", "join");
const authorizations = "network.expressRouteCircuitAuthorizations.";
const authorized = await call(customer, authorizations + "beginCreateOrUpdateAndWait", rg, "c1", "auth1", {});
holds("network.expressRouteCircuitAuthorizations.createOrUpdate", authorized?.authorizationKey && authorized.authorizationUseStatus === "Available");
await call(customer, authorizations + "get", rg, "c1", "auth1");
await call(customer, authorizations + "list", rg, "c1");
await call(customer, authorizations + "beginDeleteAndWait", rg, "c1", "auth1");

// Ports of one's own.
await call(customer, "network.expressRoutePortsLocations.list");
await call(customer, "network.expressRoutePortsLocations.get", "Amsterdam");
const ports = "network.expressRoutePorts.";
await call(customer, ports + "beginCreateOrUpdateAndWait", rg, "port1", { location: "westeurope", peeringLocation: "Amsterdam", bandwidthInGbps: 10, encapsulation: "QinQ" });
await call(customer, ports + "get", rg, "port1");
await call(customer, ports + "list");
await call(customer, ports + "listByResourceGroup", rg);
await call(customer, ports + "updateTags", rg, "port1", { tags: { a: "b" } });
const letter = await call(customer, ports + "generateLOA", rg, "port1", { customerName: "Contoso" });
holds("network.expressRoutePorts.generateLOA", Buffer.from(letter?.encodedContent ?? "", "base64").toString("latin1").startsWith("%PDF"));
await call(customer, "network.expressRouteLinks.list", rg, "port1");
await call(customer, "network.expressRouteLinks.get", rg, "port1", "link1");
const portAuthorizations = "network.expressRoutePortAuthorizations.";
await call(customer, portAuthorizations + "beginCreateOrUpdateAndWait", rg, "port1", "a1", {});
await call(customer, portAuthorizations + "get", rg, "port1", "a1");
await call(customer, portAuthorizations + "list", rg, "port1");
await call(customer, portAuthorizations + "beginDeleteAndWait", rg, "port1", "a1");
await call(customer, ports + "beginDeleteAndWait", rg, "port1");
await call(provider, "network.expressRouteProviderPortsLocation.list");

// Route filters.
const filters = "network.routeFilters.", rules = "network.routeFilterRules.";
await call(customer, "network.bgpServiceCommunities.list");
await call(customer, filters + "beginCreateOrUpdateAndWait", rg, "f1", { location: "westeurope" });
await call(customer, filters + "get", rg, "f1");
await call(customer, filters + "list");
await call(customer, filters + "listByResourceGroup", rg);
await call(customer, filters + "updateTags", rg, "f1", { tags: { a: "b" } });
await call(customer, rules + "beginCreateOrUpdateAndWait", rg, "f1", "r1", { access: "Allow", routeFilterRuleType: "Community", communities: ["12076:5010"] });
await call(customer, rules + "get", rg, "f1", "r1");
await call(customer, rules + "listByRouteFilter", rg, "f1");
await call(customer, rules + "beginDeleteAndWait", rg, "f1", "r1");
await call(customer, filters + "beginDeleteAndWait", rg, "f1");

// Networks, gateways, connections.
const networks = "network.virtualNetworks.", subnets = "network.subnets.", addresses = "network.publicIPAddresses.";
await call(customer, networks + "beginCreateOrUpdateAndWait", rg, "v1", {
  location: "westeurope", addressSpace: { addressPrefixes: ["10.1.0.0/16"] }, subnets: [{ name: "GatewaySubnet", addressPrefix: "10.1.255.0/27" }],
});
await call(customer, networks + "get", rg, "v1");
await call(customer, networks + "list", rg);
await call(customer, networks + "listAll");
await call(customer, networks + "updateTags", rg, "v1", { tags: { a: "b" } });
const available = await call(customer, networks + "checkIPAddressAvailability", rg, "v1", "10.1.255.10");
holds("network.virtualNetworks.checkIPAddressAvailability", available?.available === true);
await call(customer, networks + "listUsage", rg, "v1");
await call(customer, subnets + "beginCreateOrUpdateAndWait", rg, "v1", "web", { addressPrefix: "10.1.1.0/24" });
await call(customer, subnets + "get", rg, "v1", "web");
await call(customer, subnets + "list", rg, "v1");
await call(customer, subnets + "beginDeleteAndWait", rg, "v1", "web");
const address = await call(customer, addresses + "beginCreateOrUpdateAndWait", rg, "ip1", { location: "westeurope", sku: { name: "Standard" }, publicIPAllocationMethod: "Static" });
await call(customer, addresses + "get", rg, "ip1");
await call(customer, addresses + "list", rg);
await call(customer, addresses + "listAll");
await call(customer, addresses + "updateTags", rg, "ip1", { tags: { a: "b" } });
const gateways = "network.virtualNetworkGateways.", links = "network.virtualNetworkGatewayConnections.";
const gateway = await call(customer, gateways + "beginCreateOrUpdateAndWait", rg, "gw1", {
  location: "westeurope", gatewayType: "ExpressRoute", sku: { name: "Standard", tier: "Standard" },
  ipConfigurations: [{ name: "default", subnet: { id: id("Microsoft.Network/virtualNetworks/subnets", "v1", "GatewaySubnet") }, publicIPAddress: { id: address?.id } }],
});
await call(customer, gateways + "get", rg, "gw1");
await call(customer, gateways + "list", rg);
await call(customer, gateways + "beginUpdateTagsAndWait", rg, "gw1", { tags: { a: "b" } });
await call(customer, gateways + "beginGetBgpPeerStatusAndWait", rg, "gw1");
await call(customer, gateways + "beginGetLearnedRoutesAndWait", rg, "gw1");
await call(customer, gateways + "beginGetAdvertisedRoutesAndWait", rg, "gw1", "10.90.0.1");
const linked = await call(customer, links + "beginCreateOrUpdateAndWait", rg, "conn1", {
  location: "westeurope", connectionType: "ExpressRoute", virtualNetworkGateway1: gateway, peer: { id: made?.id }, routingWeight: 5,
});
holds("network.virtualNetworkGatewayConnections.createOrUpdate", linked?.routingWeight === 5);
await call(customer, links + "get", rg, "conn1");
await call(customer, links + "list", rg);
await call(customer, gateways + "listConnections", rg, "gw1");
await call(customer, links + "beginUpdateTagsAndWait", rg, "conn1", { tags: { a: "b" } });
await call(customer, links + "beginSetSharedKeyAndWait", rg, "conn1", { value: "AzureAbc123" });
const shared = await call(customer, links + "getSharedKey", rg, "conn1");
holds("network.virtualNetworkGatewayConnections.getSharedKey", shared?.value === "AzureAbc123");
const renewed = await call(customer, links + "beginResetSharedKeyAndWait", rg, "conn1", { keyLength: 40 });
holds("network.virtualNetworkGatewayConnections.resetSharedKey", renewed?.keyLength === 40);
await call(customer, links + "beginResetConnectionAndWait", rg, "conn1");
const started = await call(customer, gateways + "beginResetAndWait", rg, "gw1");
holds("network.virtualNetworkGateways.reset", started?.provisioningState === "Succeeded");

// Networks peered with one another.
const peers = "network.virtualNetworkPeerings.";
const away = await call(customer, networks + "beginCreateOrUpdateAndWait", rg, "v2", { location: "westeurope", addressSpace: { addressPrefixes: ["10.2.0.0/16"] } });
const peeredWith = await call(customer, peers + "beginCreateOrUpdateAndWait", rg, "v1", "to-v2", { remoteVirtualNetwork: { id: away?.id }, allowVirtualNetworkAccess: true });
holds("network.virtualNetworkPeerings.createOrUpdate", peeredWith?.peeringState === "Initiated");
await call(customer, peers + "get", rg, "v1", "to-v2");
await call(customer, peers + "list", rg, "v1");
await call(customer, peers + "beginDeleteAndWait", rg, "v1", "to-v2");
await call(customer, networks + "beginDeleteAndWait", rg, "v2");

// Virtual WAN, as far as circuits need it.
const wans = "network.virtualWans.", hubs = "network.virtualHubs.", hubGateways = "network.expressRouteGateways.", hubLinks = "network.expressRouteConnections.";
const wan = await call(customer, wans + "beginCreateOrUpdateAndWait", rg, "wan1", { location: "westeurope" });
await call(customer, wans + "get", rg, "wan1");
await call(customer, wans + "updateTags", rg, "wan1", { tags: { a: "b" } });
await call(customer, wans + "list");
await call(customer, wans + "listByResourceGroup", rg);
const hub = await call(customer, hubs + "beginCreateOrUpdateAndWait", rg, "hub1", { location: "westeurope", addressPrefix: "10.50.0.0/24", virtualWan: { id: wan?.id } });
await call(customer, hubs + "get", rg, "hub1");
await call(customer, hubs + "updateTags", rg, "hub1", { tags: { a: "b" } });
await call(customer, hubs + "list");
await call(customer, hubs + "listByResourceGroup", rg);
await call(customer, hubGateways + "beginCreateOrUpdateAndWait", rg, "eg1", { location: "westeurope", virtualHub: { id: hub?.id }, autoScaleConfiguration: { bounds: { min: 2 } } });
await call(customer, hubGateways + "get", rg, "eg1");
await call(customer, hubGateways + "beginUpdateTagsAndWait", rg, "eg1", { tags: { a: "b" } });
await call(customer, hubGateways + "listByResourceGroup", rg);
await call(customer, hubGateways + "listBySubscription");
const hubLink = await call(customer, hubLinks + "beginCreateOrUpdateAndWait", rg, "eg1", "ec1", { name: "ec1", expressRouteCircuitPeering: privatePeering("c2"), routingWeight: 3 });
holds("network.expressRouteConnections.createOrUpdate", hubLink?.routingWeight === 3);
await call(customer, hubLinks + "get", rg, "eg1", "ec1");
await call(customer, hubLinks + "list", rg, "eg1");
await call(customer, hubLinks + "beginDeleteAndWait", rg, "eg1", "ec1");
await call(customer, hubGateways + "beginDeleteAndWait", rg, "eg1");
await call(customer, hubs + "beginDeleteAndWait", rg, "hub1");
await call(customer, wans + "beginDeleteAndWait", rg, "wan1");

// Internet peering.
const at = (await call(customer, "peering.peeringLocations.list", "Exchange"))?.[0];
await call(customer, "peering.operations.list");
await call(customer, "peering.peerAsns.createOrUpdate", "contoso", {
  peerAsn: 64701, peerName: "Contoso", peerContactDetail: [{ role: "Noc", email: "noc@contoso.example", phone: "1" }],
});
const asn = await call(customer, "peering.peerAsns.get", "contoso");
await call(customer, "peering.peerAsns.listBySubscription");
const token = (await new ClientSecretCredential("adfs", access.principals.operator.clientId, access.principals.operator.clientSecret, { authorityHost: access.endpoint }).getToken(`${access.endpoint}/.default`)).token;
await fetch(`${access.endpoint}${asn?.id}/approve?api-version=2022-10-01`, { method: "POST", headers: { Authorization: `Bearer ${token}` } });
const exchange = (n) => ({
  location: "westeurope", kind: "Exchange", sku: { name: "Basic_Exchange_Free" }, peeringLocation: at?.name,
  exchange: { peerAsn: { id: asn?.id }, connections: [{ peeringDBFacilityId: at?.exchange.peeringFacilities[0].peeringDBFacilityId, bgpSession: { peerSessionIPv4Address: `127.80.0.${n}`, maxPrefixesAdvertisedV4: 100 } }] },
});
const asked = await call(customer, "peering.peerings.createOrUpdate", rg, "p1", exchange(120));
holds("peering.peerings.createOrUpdate", asked?.exchange?.connections?.[0]?.connectionState === "PendingApproval");
await call(customer, "peering.peerings.get", rg, "p1");
await call(customer, "peering.peerings.update", rg, "p1", { tags: { a: "b" } });
await call(customer, "peering.peerings.listByResourceGroup", rg);
await call(customer, "peering.peerings.listBySubscription");
await call(customer, "peering.registeredPrefixes.createOrUpdate", rg, "p1", "x1", { prefix: "193.10.1.0/24" });
await call(customer, "peering.registeredPrefixes.get", rg, "p1", "x1");
await call(customer, "peering.registeredPrefixes.listByPeering", rg, "p1");
await call(customer, "peering.registeredPrefixes.delete", rg, "p1", "x1");
await call(customer, "peering.registeredAsns.createOrUpdate", rg, "p1", "a1", { asn: 65001 });
await call(customer, "peering.registeredAsns.get", rg, "p1", "a1");
await call(customer, "peering.registeredAsns.listByPeering", rg, "p1");
await call(customer, "peering.registeredAsns.delete", rg, "p1", "a1");
await call(customer, "peering.receivedRoutes.listByPeering", rg, "p1");
await call(customer, "peering.cdnPeeringPrefixes.list", at?.name);
await call(customer, "peering.legacyPeerings.list", at?.name, "Exchange");
await refused(customer, "peering.lookingGlass.invoke", "BgpRoute", "AzureRegion", at?.name, "192.0.2.0/24");
for (const list of ["peeringServiceCountries.list", "peeringServiceLocations.list", "peeringServiceProviders.list"]) await call(customer, `peering.${list}`);
await call(customer, "peering.peeringServices.createOrUpdate", rg, "s1", { location: "westeurope", peeringServiceLocation: "Stockholm", peeringServiceProvider: "Telia Carrier" });
await call(customer, "peering.peeringServices.get", rg, "s1");
await call(customer, "peering.peeringServices.update", rg, "s1", { tags: { a: "b" } });
await call(customer, "peering.peeringServices.listByResourceGroup", rg);
await call(customer, "peering.peeringServices.listBySubscription");
await call(customer, "peering.peeringServices.initializeConnectionMonitor");
await call(customer, "peering.prefixes.createOrUpdate", rg, "s1", "x1", { prefix: "193.10.2.0/24" });
await call(customer, "peering.prefixes.get", rg, "s1", "x1");
await call(customer, "peering.prefixes.listByPeeringService", rg, "s1");
await call(customer, "peering.prefixes.delete", rg, "s1", "x1");
await call(customer, "peering.connectionMonitorTests.createOrUpdate", rg, "s1", "t1", { sourceAgent: "a", destination: "192.0.2.1", destinationPort: 443, testFrequencyInSec: 30 });
await call(customer, "peering.connectionMonitorTests.get", rg, "s1", "t1");
await call(customer, "peering.connectionMonitorTests.listByPeeringService", rg, "s1");
await call(customer, "peering.connectionMonitorTests.delete", rg, "s1", "t1");
await call(customer, "peering.peeringServices.delete", rg, "s1");
await call(customer, "peering.peerings.delete", rg, "p1");
await call(customer, "peering.peerAsns.delete", "contoso");

// Support.
await call(customer, "support.operations.list");
const services = await call(customer, "support.services.list");
await call(customer, "support.services.get", services?.[0]?.name);
const problems = await call(customer, "support.problemClassifications.list", services?.[0]?.name);
await call(customer, "support.problemClassifications.get", services?.[0]?.name, problems?.[0]?.name);
await call(customer, "support.supportTickets.checkNameAvailability", { name: "t1", type: "Microsoft.Support/supportTickets" });
await call(customer, "support.supportTickets.beginCreateAndWait", "t1", {
  title: "A prefix", description: "Please look at it.", severity: "minimal", advancedDiagnosticConsent: "No", serviceId: services?.[0]?.id, problemClassificationId: problems?.find((p) => p.name === "other")?.id,
  contactDetails: { firstName: "A", lastName: "B", preferredContactMethod: "email", primaryEmailAddress: "a@contoso.example", preferredTimeZone: "Pacific Standard Time", country: "usa", preferredSupportLanguage: "en-US" },
});
await call(customer, "support.supportTickets.get", "t1");
await call(customer, "support.supportTickets.list");
await call(customer, "support.communications.checkNameAvailability", "t1", { name: "m1", type: "Microsoft.Support/communications" });
await call(customer, "support.communications.beginCreateAndWait", "t1", "m1", { subject: "More", body: "Here it is." });
await call(customer, "support.communications.get", "t1", "m1");
await call(customer, "support.communications.list", "t1");
await call(customer, "support.supportTickets.update", "t1", { severity: "moderate" });

// What is not offered answers cleanly that it is not: whatever was not called yet.
for (const { name, client, group, method } of operations())
  if (!results.has(name)) await refused(customer, `${client}.${group}.${method}`, rg, client === "network" && /Connections$/.test(group) ? "conn1" : "gw1", "x", {}, {}, {});

// And the end of all of it.
await call(customer, links + "beginDeleteAndWait", rg, "conn1");
await call(customer, gateways + "beginDeleteAndWait", rg, "gw1");
await call(customer, addresses + "beginDeleteAndWait", rg, "ip1");
await call(customer, networks + "beginDeleteAndWait", rg, "v1");
for (const name of ["c1", "c2"]) {
  const circuit = await customer.network.expressRouteCircuits.get(rg, name);
  await call(customer, peerings + "beginDeleteAndWait", rg, name, "AzurePrivatePeering");
  const place = `CrossConnection-${circuit.serviceProviderProperties.peeringLocation}`;
  await call(provider, cross + "beginCreateOrUpdateAndWait", place, circuit.serviceKey, { location: "westeurope", serviceProviderProvisioningState: "NotProvisioned" });
  await call(customer, circuits + "beginDeleteAndWait", rg, name);
}
for (const { name } of operations()) console.log(JSON.stringify({ name, ...(results.get(name) ?? { result: "wrong", detail: "not called" }) }));
