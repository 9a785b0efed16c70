use super::*;

const LINEAR: (Scale, Scale) = (Scale::Linear, Scale::Linear);

fn region(x: (f64, f64), y: (f64, f64)) -> Region {
    Region { x, y }
}

fn camera() -> Camera {
    Camera::new(region((-3.0, 5.0), (10.0, 14.0)), LINEAR)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs()).max(1.0)
}

#[test]
fn panning_moves_by_shares_of_the_view() {
    let mut camera = camera();
    camera.pan(0.25, -0.5);
    assert_eq!(camera.region(), region((-1.0, 7.0), (8.0, 12.0)));
    assert_eq!(camera.to_data((0.0, 1.0)), (-1.0, 12.0));
    assert_eq!(camera.to_share((7.0, 10.0)), (1.0, 0.5));
}

#[test]
fn a_zoom_keeps_its_place() {
    for (factor, at) in [(1.7, (0.3, 0.9)), (0.4, (0.0, 1.0)), (25.0, (0.77, 0.01))] {
        let mut camera = camera();
        let before = camera.to_data(at);
        camera.zoom(factor, at);
        let after = camera.to_data(at);
        assert!(near(before.0, after.0) && near(before.1, after.1), "{before:?} {after:?}");
        assert!(near(camera.region().x.1 - camera.region().x.0, 8.0 / factor));
    }
    let mut camera = camera();
    camera.zoom_axes(2.0, 1.0, (0.0, 0.0));
    assert_eq!(camera.region(), region((-3.0, 1.0), (10.0, 14.0)));
}

#[test]
fn a_zoom_goes_down_to_neighbouring_numbers_and_stays_there() {
    for middle in [1.0, -7.3e9, 1e-200, 0.1 + 0.2] {
        let mut camera = Camera::new(region((middle - 1.0, middle + 1.0), (-1.0, 1.0)), LINEAR);
        for _ in 0..3000 {
            let at = (camera.to_share((middle, 0.0)).0.clamp(0.0, 1.0), 0.5);
            camera.zoom(1.5, at);
        }
        let (low, high) = camera.region().x;
        let step = middle.abs().next_up() - middle.abs();
        assert!(low <= middle && middle <= high, "{low:e} {middle:e} {high:e}");
        assert!(high > low && high - low <= 64.0 * step, "{middle:e}: {:e}", high - low);
        // The grid there can be made.
        assert!(crate::data::Axis::linear(low, high, 640).is_ok());
        let before = camera.region();
        camera.pan(0.25, 0.0);
        assert!(camera.region().x.0 > before.x.0, "a view of a few numbers moves by whole numbers");
    }
}

#[test]
fn far_out_is_an_end() {
    for scales in [LINEAR, (Scale::Log, Scale::Log)] {
        let mut camera = Camera::new(region((1.0, 5.0), (10.0, 14.0)), scales);
        for _ in 0..5000 {
            camera.zoom(0.5, (0.2, 0.9));
            camera.pan(0.3, -2.0);
        }
        let Region { x, y } = camera.region();
        for (low, high) in [x, y] {
            assert!(
                low.is_finite() && high.is_finite() && (high - low).is_finite() && low < high,
                "{low} {high}"
            );
        }
        camera.zoom(2.0, (0.5, 0.5));
        assert!(camera.region().x.1 < x.1);
    }
}

#[test]
fn views_given_in_data_units_come_back_to_the_last_bit() {
    let odd = region((0.1, 0.7), (3.3, 1234.5678));
    let mut camera = Camera::new(odd, (Scale::Log, Scale::Log));
    assert_eq!(camera.region(), odd);
    camera.pan(0.1, 0.1);
    camera.zoom(3.0, (0.2, 0.2));
    let elsewhere = camera.region();
    camera.home();
    assert_eq!(camera.region(), odd);
    assert!(camera.is_home());
    assert!(camera.undo());
    assert_eq!(camera.region(), elsewhere);
    assert!(camera.redo());
    assert_eq!(camera.region(), odd);
    assert!(!camera.redo());
}

#[test]
fn undo_goes_back_by_gestures() {
    let mut camera = camera();
    let start = camera.region();
    camera.remember();
    camera.pan(0.1, 0.0);
    camera.pan(0.1, 0.0);
    let dragged = camera.region();
    camera.show(region((0.0, 1.0), (11.0, 12.0)));
    assert!(camera.undo());
    assert_eq!(camera.region(), dragged);
    assert!(camera.undo());
    assert_eq!(camera.region(), start);
    assert!(!camera.undo());
    assert!(camera.redo() && camera.redo());
    assert_eq!(camera.region(), region((0.0, 1.0), (11.0, 12.0)));
    camera.undo();
    camera.show(start);
    assert!(!camera.redo(), "what is done anew ends the way forward");
}

#[test]
fn where_a_motion_ends_does_not_depend_on_the_frames() {
    let run = |dt: f64| {
        let mut camera = camera();
        camera.glide((1.5, -0.5));
        camera.ease(2.0, (0.25, 0.5));
        let mut frames = 0;
        while camera.tick(dt) {
            frames += 1;
            assert!(frames < 10_000);
        }
        assert!(!camera.tick(dt));
        camera.region()
    };
    let (slow, fast) = (run(0.050), run(0.004));
    assert!((slow.x.1 - slow.x.0 - 4.0).abs() < 1e-9, "{slow:?}");
    // Panning while the zoom goes on is by shares of what is seen then, so a little is left to the frames.
    assert!((slow.x.0 - fast.x.0).abs() < 0.2 && (slow.y.0 - fast.y.0).abs() < 0.2, "{slow:?} {fast:?}");
    let mut camera = camera();
    camera.glide((1.0, 0.0));
    while camera.tick(0.016) {}
    let way = (camera.region().x.0 + 3.0) / 8.0;
    assert!((0.24..=0.25).contains(&way), "{way}");
}

#[test]
fn a_camera_at_home_follows_the_data() {
    let mut camera = camera();
    let grown = region((-4.0, 5.0), (9.0, 14.0));
    camera.set_home(grown);
    assert_eq!(camera.region(), grown);
    camera.pan(0.5, 0.0);
    let here = camera.region();
    camera.set_home(region((-9.0, 9.0), (0.0, 20.0)));
    assert_eq!(camera.region(), here);
}

#[test]
fn odd_homes_become_views() {
    let log = (Scale::Log, Scale::Log);
    for (home, scales) in [
        (region((2.0, 2.0), (0.0, 0.0)), LINEAR),
        (region((1.0, -1.0), (f64::NAN, 1.0)), LINEAR),
        (region((f64::MIN, f64::MAX), (0.0, 5e-324)), LINEAR),
        (region((0.0, 10.0), (-5.0, -1.0)), log),
        (region((3.0, 3.0), (5e-324, f64::MAX)), log),
    ] {
        let camera = Camera::new(home, scales);
        let Region { x, y } = camera.region();
        for ((low, high), scale) in [(x, scales.0), (y, scales.1)] {
            assert!(low < high && (high - low).is_finite(), "{home:?}: {low:e} {high:e}");
            assert!(scale == Scale::Linear || low > 0.0);
        }
        assert!(camera.is_home());
    }
    assert_eq!(Camera::new(region((2.0, 2.0), (0.0, 1.0)), LINEAR).region().x, (1.5, 2.5));
}

#[test]
fn other_scales_keep_the_view_where_they_can() {
    let home = region((0.5, 100.0), (-5.0, 5.0));
    let mut camera = Camera::new(home, LINEAR);
    camera.show(region((2.0, 3.0), (-1.0, 1.0)));
    camera.set_scales((Scale::Log, Scale::Linear), home);
    assert_eq!(camera.region(), region((2.0, 3.0), (-1.0, 1.0)));
    camera.set_scales((Scale::Log, Scale::Log), region((0.5, 100.0), (0.1, 5.0)));
    assert_eq!(camera.region(), region((2.0, 3.0), (0.1, 5.0)));
    assert!(!camera.undo(), "views with negative ends have no place on a log axis");
}

/// Within the cells of a table no hand gets beyond them, nor closer than one.
#[test]
fn a_bounded_view_stays_within() {
    let bounds = Region { x: (0.0, 40.0), y: (0.0, 7.0) };
    let mut camera = Camera::within(bounds);
    assert!(camera.is_home() && camera.region() == bounds);
    camera.pan(0.3, -0.2);
    camera.zoom(0.5, (0.1, 0.9));
    assert_eq!(camera.region(), bounds, "all is in view, and nothing is beyond it");
    camera.zoom(4.0, (0.0, 1.0));
    assert_eq!(camera.region(), Region { x: (0.0, 10.0), y: (5.25, 7.0) });
    camera.pan(0.5, -5.0);
    assert_eq!(camera.region(), Region { x: (5.0, 15.0), y: (0.0, 1.75) }, "it stops at the border");
    camera.zoom(1e9, (0.5, 0.0));
    assert_eq!(camera.region(), Region { x: (9.5, 10.5), y: (0.0, 1.0) }, "a cell fills the view");
    camera.zoom(0.2, (0.5, 0.5));
    let Region { x, y } = camera.region();
    assert!((x.0 - 7.5).abs() < 1e-12 && (x.1 - 12.5).abs() < 1e-12 && y == (0.0, 5.0), "{x:?} {y:?}");
    camera.show(Region { x: (-5.0, 3.0), y: (6.9, 6.95) });
    assert_eq!(camera.region(), Region { x: (0.0, 8.0), y: (6.0, 7.0) });
    assert!(camera.undo());
    camera.home();
    assert_eq!(camera.region(), bounds);
}
