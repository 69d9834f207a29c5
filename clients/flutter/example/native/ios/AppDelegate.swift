import Flutter
import Instant
import UIKit

@main
@objc class AppDelegate: FlutterAppDelegate, FlutterImplicitEngineDelegate {
  override func application(
    _ application: UIApplication,
    didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]?
  ) -> Bool {
    return super.application(application, didFinishLaunchingWithOptions: launchOptions)
  }

  func didInitializeImplicitFlutterEngine(_ engineBridge: FlutterImplicitEngineBridge) {
    GeneratedPluginRegistrant.register(with: engineBridge.pluginRegistry)
    let channel = FlutterMethodChannel(
      name: "layermint/local_documents",
      binaryMessenger: engineBridge.applicationRegistrar.messenger()
    )
    channel.setMethodCallHandler { call, result in
      guard
        call.method == "removeAll",
        let arguments = call.arguments as? [String: Any],
        let text = arguments["serverUrl"] as? String,
        let serverURL = URL(string: text)
      else {
        result(FlutterMethodNotImplemented)
        return
      }
      do {
        try InstantClient(serverURL: serverURL).removeLocalStorage()
        result(nil)
      } catch {
        result(FlutterError(code: "remove-failed", message: error.localizedDescription, details: nil))
      }
    }
  }
}
