using System.Globalization;
using Vix.P2p.Soak;
using Vix.P2p.Soak.Crowd;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is [CrowdProcess.Argument, .. string[] rest])
    return await CrowdProcess.RunAsync(rest);
if (SoakOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(SoakOptions.Usage);
    return 2;
}

return await new SoakRun(options).RunAsync() ? 0 : 1;
